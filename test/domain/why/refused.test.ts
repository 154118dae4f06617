import { whyEngagement } from '../../../domain/why/engagement';
import { refusedLately, type TimelineEvent } from '../../../domain/why/refused';
import { given } from '../../support/given';
import { path, redeemed } from '../../support/story';

const refusedAt = (hour: string, detail = 'not uploaded: plan.pdf'): TimelineEvent => ({
  type: 'MessageRefused',
  at: `2020-08-01T${hour}:00:00.000Z`,
  actor: { subject: 'eva.lind', role: 'consultant' },
  data: { message: 'submitCompletionReport', refusal: { code: 'deliverable-missing', detail } },
});
const event = (type: string): TimelineEvent => ({ ...refusedAt('12'), type, data: {} });

test('a refusal says who said what and when, why it was refused, and what to do', () =>
  expect(refusedLately([refusedAt('09')])).toStrictEqual([
    'submitCompletionReport from a consultant was refused at 2020-08-01 09:00 UTC. The customer’s plan is not uploaded: not uploaded: plan.pdf. Upload the named file, then report.',
  ]));

test('the latest comes first, three at most', () =>
  expect(
    refusedLately(['08', '09', '10', '11'].map((hour) => refusedAt(hour))).map(
      (told) => /at (\S+ \S+)/.exec(told)?.[1],
    ),
  ).toStrictEqual(['2020-08-01 11:00', '2020-08-01 10:00', '2020-08-01 09:00']));

test('what was accepted later makes it past', () =>
  expect(refusedLately([refusedAt('09'), event('CompletionReportSubmitted')])).toStrictEqual([]));

test.each(['NoteAdded', 'TaskOpened', 'TaskClaimed', 'TaskReleased', 'DeadlineReminded'])('%s does not', (type) =>
  expect(refusedLately([refusedAt('09'), event(type)])).toHaveLength(1),
);

test('an engagement tells what was refused to it', () => {
  const { view, document } = given(...path.reserved).when(redeemed());
  expect(whyEngagement(view!, document.events).refused).toStrictEqual([
    'redeemVoucher from a Partner Admin was refused at 2020-08-03 09:00 UTC. The completion report is missing: before redemption: the completion report is submitted, with the deliverable uploaded. Submit the completion report.',
  ]);
});
