import type { Notice } from '../../domain/notices';
import type { NoticeOutcome } from '../../records/notices';
import { openedRecords } from './opened';
import { AT } from './samples';

const opened = openedRecords();
const notices = () => opened().records.notices;

let count = 0;
const notice = (): Notice => ({
  noticeId: `engagement:e-1:${++count}:partner`,
  to: 'pia@contoso.example',
  subject: 'e-1: voucher reserved',
  text: 'Voucher V-1 is reserved.',
});

const LATER = '2020-07-01T09:00:00.000Z';

/** A notice whose first attempt ended so. */
async function after(outcome: NoticeOutcome): Promise<Notice> {
  const given = notice();
  await notices().begin(given, AT);
  await notices().finish(given.noticeId, 1, outcome, AT);
  return given;
}

const deferred: NoticeOutcome = { status: 'deferred', why: '451 later' };
const unfinished = 'an attempt was begun and has no outcome';

test('a notice is on record before it is sent', async () => {
  const given = notice();
  expect(await notices().begin(given, AT)).toStrictEqual({ attempt: 1 });
  expect(await notices().get(given.noticeId)).toStrictEqual({ ...given, status: 'sending', attempts: 1, at: AT });
});

test('an unknown id has no record', async () => expect(await notices().get('nobody')).toBeUndefined());

test.each<NoticeOutcome>([
  { status: 'sent' },
  { status: 'failed', why: '550 no such mailbox' },
  { status: 'unknown', why: 'connection lost' },
])('nobody sends again what is %p', async (outcome) => {
  const given = await after(outcome);
  expect(await notices().begin(given, LATER)).toStrictEqual({ settled: outcome.status });
  expect(await notices().get(given.noticeId)).toStrictEqual({ ...given, ...outcome, attempts: 1, at: AT });
});

test('what certainly did not go out is sent again, to the mailbox that is right by then', async () => {
  const given = await after(deferred);
  const corrected = { ...given, to: 'new@contoso.example' };
  expect(await notices().get(given.noticeId)).toStrictEqual({ ...given, ...deferred, attempts: 1, at: AT });
  expect(await notices().begin(corrected, LATER)).toStrictEqual({ attempt: 2 });
  expect(await notices().get(given.noticeId)).toStrictEqual({
    ...corrected,
    status: 'sending',
    attempts: 2,
    at: LATER,
  });
});

describe('an attempt that was begun and has no outcome', () => {
  test('may have sent the notice: nobody sends it again, and the record says so', async () => {
    const given = notice();
    await notices().begin(given, AT);
    expect(await notices().begin(given, LATER)).toStrictEqual({ settled: 'unknown' });
    expect(await notices().get(given.noticeId)).toStrictEqual({
      ...given,
      status: 'unknown',
      attempts: 1,
      why: unfinished,
      at: LATER,
    });
  });

  test.each<NoticeOutcome>([{ status: 'sent' }, deferred])(
    'knows better when it ends as %p after all',
    async (outcome) => {
      const given = notice();
      await notices().begin(given, AT);
      await notices().begin(given, AT);
      await notices().finish(given.noticeId, 1, outcome, LATER);
      expect(await notices().get(given.noticeId)).toStrictEqual({ ...given, ...outcome, attempts: 1, at: LATER });
    },
  );

  test('does not decide over the attempt after it', async () => {
    const given = await after(deferred);
    await notices().begin(given, LATER);
    await notices().finish(given.noticeId, 1, { status: 'sent' }, LATER);
    expect(await notices().get(given.noticeId)).toMatchObject({ status: 'sending', attempts: 2 });
  });
});

test.each<[string, () => Promise<Notice>]>([
  ['the first attempt', async () => notice()],
  ['the next attempt', () => after(deferred)],
])('of many at once one makes %s', async (_title, prepared) => {
  const given = await prepared();
  const begun = await Promise.all(Array.from({ length: 8 }, () => notices().begin(given, LATER)));
  expect(begun.filter((one) => 'attempt' in one)).toHaveLength(1);
});
