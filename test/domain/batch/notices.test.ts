import type { BatchView } from '../../../contracts/batch';
import type { BatchEvent, NewBatchEvent } from '../../../domain/batch/events';
import { batchNoticesOf } from '../../../domain/notices';

const view: BatchView = {
  batchId: 'DDPS-SE-0123456789-1',
  partnerId: 'contoso',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  currency: 'SEK',
  stage: 'prepared',
  version: 9,
  members: [],
  tasks: [],
  openedAt: '2020-09-01T08:00:00.000Z',
  updatedAt: '2020-09-15T00:00:00.000Z',
};
const audience = { operators: 'ops@contoso.example', partnerContact: 'planning@contoso.example' };

const recorded = (event: NewBatchEvent): BatchEvent => ({
  ...event,
  batchId: view.batchId,
  version: 9,
  at: view.updatedAt,
  messageId: 'm-9',
  actor: { subject: 'system', role: 'system' },
});
const opened = (role: 'operator' | 'globalAdmin') =>
  recorded({
    type: 'TaskOpened',
    data: {
      task: {
        taskId: `batch:${view.batchId}:manualSubmission:1`,
        kind: 'manualSubmission',
        status: 'open',
        batchId: view.batchId,
        partnerId: 'contoso',
        role,
        title: 'Submit the payment request',
        instructions: 'Type it in.',
        resolutions: [],
        openedAt: view.updatedAt,
      },
    },
  });

test('a task of a batch is told to whoever has its role', () => {
  expect(batchNoticesOf([opened('operator')], view, audience)).toStrictEqual([
    {
      noticeId: `batch:${view.batchId}:9:operators`,
      to: 'ops@contoso.example',
      subject: 'DDPS-SE-0123456789-1: Submit the payment request (0 vouchers of contoso)',
      text: [
        'Submit the payment request: a task of operator about 0 vouchers of contoso.',
        'Type it in.',
        '',
        'To see it: engagements tasks',
      ].join('\n'),
    },
  ]);
  expect(batchNoticesOf([opened('globalAdmin')], view, audience)).toMatchObject([{ to: 'planning@contoso.example' }]);
});

test('a partner without a contact is told through the operators; without them nobody is', () => {
  expect(batchNoticesOf([opened('globalAdmin')], view, { operators: 'ops@contoso.example' })).toMatchObject([
    { to: 'ops@contoso.example' },
  ]);
  expect(batchNoticesOf([opened('globalAdmin')], view, {})).toStrictEqual([]);
});

test('a reminder goes to the partner, and nothing else is told', () => {
  const at = '2020-10-24T00:00:00.000Z';
  const reminded = recorded({
    type: 'DeadlineReminded',
    data: { kind: 'paymentWindowClosing', at, about: 'The window closes soon.' },
  });
  const noted = recorded({ type: 'NoteAdded', data: { text: 'hello' } });
  expect(batchNoticesOf([reminded, noted], view, audience)).toStrictEqual([
    {
      noticeId: `batch:${view.batchId}:9:partner`,
      to: 'planning@contoso.example',
      subject: 'DDPS-SE-0123456789-1: reminder',
      text: 'The window closes soon.\n\nTo see it: engagements batch show DDPS-SE-0123456789-1',
    },
  ]);
});
