import { overdueNotice, type DueTask } from '../../domain/escalation';
import { task } from '../records/samples';

const TO = 'lead@planning.example';
const DUE = '2020-08-15T00:00:00.000Z';

const overdue = (given: Partial<DueTask> = {}): DueTask => ({
  ...task(),
  dueAt: DUE,
  title: 'A voucher is missing',
  ...given,
});
const ofNobody = { engagementId: undefined, batchId: undefined, partnerId: undefined };

test('an overdue task is told with whose it is, since when it is due, and how to understand it', () => {
  expect(overdueNotice(overdue({ role: 'operator', claimedBy: 'olle' }), TO)).toStrictEqual({
    noticeId: 'engagement:e-1:overdue:e-1:voucherMissing:1',
    to: TO,
    subject: 'e-1: overdue: A voucher is missing',
    text: [
      'A voucher is missing: a task of operator. It was due 2020-08-15 00:00 UTC and is still open.',
      'Claimed by olle.',
      '',
      'What it is about and what each way out brings: engagements why e-1',
      'To see all that are overdue: engagements tasks --overdue',
    ].join('\n'),
  });
});

test('that nobody has claimed it is told', () =>
  expect(overdueNotice(overdue(), TO).text).toContain('\nNobody has claimed it.\n'));

test.each<[string, Partial<DueTask>, noticeId: string, why: string]>([
  [
    'a batch',
    { ...ofNobody, batchId: 'B-1', partnerId: 'contoso' },
    'batch:B-1:overdue:T',
    'engagements batch why B-1',
  ],
  ['a partner', { ...ofNobody, partnerId: 'contoso' }, 'partner:contoso:overdue:T', 'engagements partner why contoso'],
])('a task of %s has the id of its workflow and the command that explains it', (_whose, given, noticeId, why) => {
  const notice = overdueNotice(overdue({ ...given, taskId: 'T' }), TO);
  expect(notice.noticeId).toBe(noticeId);
  expect(notice.text.split('\n')).toContain(`What it is about and what each way out brings: ${why}`);
});

test('a task of nobody has no due, and so no notice', () =>
  expect(() => overdueNotice(overdue(ofNobody), TO)).toThrow('has a due and is nobody'));

test('what somebody wrote adds no line', () =>
  expect(overdueNotice(overdue({ title: 'Pay\r\nBcc: all@contoso.example' }), TO).subject).toBe(
    'e-1: overdue: Pay Bcc: all@contoso.example',
  ));
