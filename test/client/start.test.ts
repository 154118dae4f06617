import { recordedInput, startOptions } from '../../client/engagements/start';
import type { EngagementInput } from '../../contracts/engagement';
import type { RecordedMessage } from '../../domain/engagement/events';
import { VIEW } from './rig';

const input: EngagementInput = {
  engagementId: 'E-1',
  partnerId: 'contoso',
  engagementType: 'windowsOffice',
  customer: { name: 'Tailspin Toys', country: 'SE' },
  rulebook: { id: '2020-06', hash: 'a' },
  utcOffset: '+00:00',
  startedBy: { subject: 'olga', role: 'operator' },
};

const values = (view = VIEW) =>
  startOptions(input, view).typedSearchAttributes.map(({ key, value }) => [key.name, key.type, value]);

test('a workflow starts under its engagement’s id, named by customer and type', () =>
  expect(startOptions(input, VIEW)).toMatchObject({
    workflowId: 'engagement:E-1',
    taskQueue: 'planning-services',
    args: [input],
    staticSummary: 'Tailspin Toys · Windows and Office',
    staticDetails: [
      '- **Customer:** Tailspin Toys, SE',
      '- **Partner:** contoso',
      '- **Engagement type:** Windows and Office',
      '- **Service level:** the voucher’s',
      '- **Rules:** edition 2020-06',
      '- **Started by:** operator olga',
    ].join('\n'),
  }));

test('a discreet start names neither the customer nor who started it', () => {
  const { staticSummary, staticDetails } = startOptions({ ...input, serviceLevelDays: 5 }, VIEW, true);
  expect(staticSummary).toBe('Windows and Office');
  expect(staticDetails).toMatch(/^- \*\*Customer:\*\* SE$[^]*^- \*\*Service level:\*\* 5 days$[^]*by:\*\* operator$/m);
});

test('search attributes have a value from the first moment, or are left out', () => {
  expect(values()).toStrictEqual([
    ['EngagementStage', 'KEYWORD', 'awaitingVoucher'],
    ['PartnerId', 'KEYWORD', 'contoso'],
    ['EngagementType', 'KEYWORD', 'windowsOffice'],
    ['CustomerCountry', 'KEYWORD', 'SE'],
  ]);
  const nextDeadline = { kind: 'voucherReminder', at: '2020-07-08T00:00:00.000Z' } as const;
  expect(values({ ...VIEW, nextDeadline }).at(-1)).toStrictEqual([
    'NextDeadline',
    'DATETIME',
    new Date(nextDeadline.at),
  ]);
});

test('a long customer’s name gives way: 200 bytes are all there is', () => {
  const customer = { name: 'Ö'.repeat(200), country: 'SE' };
  const { staticSummary } = startOptions({ ...input, customer }, VIEW);
  expect(Buffer.byteLength(staticSummary)).toBeLessThanOrEqual(200);
  expect(staticSummary).toMatch(/^Ö{80,} · Windows and Office$/);
});

describe('the input read back from the record', () => {
  const { engagementId, startedBy, ...terms } = input;
  const started = { engagementId, type: 'EngagementStarted', version: 1, actor: startedBy, at: VIEW.startedAt };
  const document = (...events: object[]) => ({ engagementId, fromVersion: 0, events }) as unknown as RecordedMessage;

  test('is the input, without what was computed from it', () => {
    const data = { ...terms, deadlines: [{ kind: 'voucherReminder', at: '2020-07-08T00:00:00.000Z' }] };
    expect(recordedInput([document({ ...started, data })])).toStrictEqual(input);
  });

  test('needs a record that begins with its start', () => {
    expect(() => recordedInput([document({ ...started, type: 'NoteAdded', data: {} })])).toThrow('does not begin');
    expect(() => recordedInput([])).toThrow('does not begin');
  });
});
