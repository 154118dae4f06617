import type { Attempt, AttemptOutcome } from '../../../domain/settlement/attempt';
import { afterLookup, lastMomentToSend, nextStep, type OnRecord } from '../../../domain/settlement/protocol';
import type { Looked } from '../../../domain/settlement/reply';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const quarantineMs = 15 * MINUTE_MS;
const begunMs = Date.parse('2020-09-01T08:00:00.000Z');

const sent = { reference: 'e-1:invoice:1', amount: { minor: 240_000, currency: 'SEK' } };

/** Attempts a minute apart, the first at `begunMs`, wanted as `now` unless told otherwise. */
const attemptsThat = (...ended: (AttemptOutcome['class'] | AttemptOutcome | undefined)[]): Attempt[] =>
  ended.map((outcome, index) => ({
    attempt: index + 1,
    startedAt: new Date(begunMs + index * MINUTE_MS).toISOString(),
    effectId: 'now',
    ...(outcome !== undefined && { outcome: typeof outcome === 'string' ? { class: outcome } : outcome }),
  }));

const stepAfter = (attempts: Attempt[], nowMs = begunMs + 24 * HOUR_MS, more: Partial<OnRecord> = {}) =>
  nextStep({ reference: sent.reference, attempts, ...more }, { nowMs, quarantineMs, effectId: 'now' });

const success: AttemptOutcome = { class: 'SUCCESS', microsoftReferenceNumber: 'MS-1' };
const rejected: AttemptOutcome = { class: 'REJECTED', code: 'wrongAmount', message: 'not the rate' };

describe('the next step', () => {
  test('with nothing on record is to send, for the first time', () =>
    expect(stepAfter([])).toStrictEqual({ kind: 'send', isFirst: true }));

  test.each(['NOT_SENT', 'THROTTLED', 'AUTH', 'byHand', 'ABSENT'] as const)(
    'after %s is to send: SAVB does not have it',
    (outcome) => expect(stepAfter(attemptsThat(outcome))).toStrictEqual({ kind: 'send', isFirst: false }),
  );

  test('after a success is its answer, whatever else is on record', () => {
    const answer = { kind: 'answer', answer: { status: 'submitted', microsoftReferenceNumber: 'MS-1' } };
    expect(stepAfter(attemptsThat(success))).toStrictEqual(answer);
    expect(stepAfter(attemptsThat('UNKNOWN', success, rejected, undefined))).toStrictEqual(answer);
  });

  test('answers a success with the invoice that went with it', () =>
    expect(stepAfter(attemptsThat(success), begunMs, { document: { sha256: 'd1' } })).toStrictEqual({
      kind: 'answer',
      answer: { status: 'submitted', microsoftReferenceNumber: 'MS-1', documentSha256: 'd1' },
    }));

  test('after a conflict is a person', () =>
    expect(stepAfter(attemptsThat({ class: 'CONFLICT', microsoftReferenceNumber: 'MS-1' }))).toStrictEqual({
      kind: 'answer',
      answer: {
        status: 'unknown',
        why: 'SAVB has MS-1 under our reference, over another amount: have it cancelled there, record payment status cancelled, and correct the request.',
      },
    }));

  test('after a refusal is its answer: it is tried once', () => {
    const { code, message } = rejected;
    expect(stepAfter(attemptsThat('ABSENT', rejected))).toStrictEqual({
      kind: 'answer',
      answer: { status: 'rejected', code, message },
    });
    expect(stepAfter(attemptsThat({ class: 'REJECTED' }))).toStrictEqual({
      kind: 'answer',
      answer: { status: 'rejected', message: '' },
    });
  });
});

describe('an attempt of unknown fate', () => {
  const until = (untilMs: number) => ({
    kind: 'wait',
    untilMs,
    why: 'an attempt at e-1:invoice:1 may still arrive',
  });

  test.each<[string, Attempt[]]>([
    ['that nobody knows', attemptsThat('UNKNOWN')],
    ['whose worker died', attemptsThat(undefined)],
  ])('%s is left alone until the quarantine is over, then looked up', (_, attempts) => {
    const over = begunMs + quarantineMs;
    expect(stepAfter(attempts, over - 1)).toStrictEqual(until(over));
    expect(stepAfter(attempts, over)).toStrictEqual({ kind: 'lookUp', doubtful: attempts });
  });

  test.each<AttemptOutcome>([
    { class: 'NOT_SENT' },
    { class: 'THROTTLED' },
    { class: 'AUTH' },
    { class: 'ABSENT' },
    { class: 'byHand' },
    rejected,
  ])('stays so after a later $class', (later) => {
    const attempts = attemptsThat('UNKNOWN', later);
    expect(stepAfter(attempts)).toStrictEqual({ kind: 'lookUp', doubtful: attempts.slice(0, 1) });
  });

  test('with another is left alone until the quarantine of both is over', () => {
    const attempts = attemptsThat('UNKNOWN', undefined, 'NOT_SENT');
    const over = begunMs + MINUTE_MS + quarantineMs;
    expect(stepAfter(attempts, over - 1)).toStrictEqual(until(over));
    expect(stepAfter(attempts, over)).toStrictEqual({ kind: 'lookUp', doubtful: attempts.slice(0, 2) });
  });
});

describe('after three attempts that did not arrive', () => {
  const inVain = attemptsThat('ABSENT', 'NOT_SENT', 'ABSENT', 'THROTTLED', 'ABSENT');

  test('a person looks', () =>
    expect(stepAfter(inVain)).toStrictEqual({
      kind: 'answer',
      answer: { status: 'unknown', why: '3 attempts of unknown fate, and SAVB does not know e-1:invoice:1.' },
    }));

  test('it is sent again once that person has decided', () =>
    expect(stepAfter(inVain.map((attempt) => ({ ...attempt, effectId: 'before' })))).toStrictEqual({
      kind: 'send',
      isFirst: false,
    }));

  test('two are not yet three', () =>
    expect(stepAfter(attemptsThat('ABSENT', 'ABSENT'))).toStrictEqual({ kind: 'send', isFirst: false }));
});

describe('a lookup', () => {
  const found = {
    microsoftReferenceNumber: 'MS-1',
    reference: sent.reference,
    status: 'validating' as const,
    amount: sent.amount,
  };
  const doubtful = attemptsThat('UNKNOWN', undefined);
  const meaning = (looked: Looked, nowMs = begunMs + HOUR_MS, effectId = 'now') =>
    afterLookup(sent, doubtful, looked, { nowMs, effectId });
  const askPerson = (why: string) => ({ kind: 'answer', answer: { status: 'unknown', why } });

  test('that finds nothing tells that no attempt arrived', () =>
    expect(meaning({ kind: 'none' })).toStrictEqual({
      kind: 'record',
      attempts: [1, 2],
      outcome: { class: 'ABSENT' },
    }));

  test('that finds it tells that one arrived', () =>
    expect(meaning({ kind: 'found', paymentRequest: found })).toStrictEqual({
      kind: 'record',
      attempts: [2],
      outcome: success,
    }));

  test('that finds another amount is a conflict', () => {
    const paymentRequest = { ...found, amount: { minor: 1, currency: 'SEK' } };
    expect(meaning({ kind: 'found', paymentRequest })).toStrictEqual({
      kind: 'record',
      attempts: [2],
      outcome: { class: 'CONFLICT', microsoftReferenceNumber: 'MS-1' },
    });
  });

  test('that finds it twice needs a person', () =>
    expect(meaning({ kind: 'several', microsoftReferenceNumbers: ['MS-1', 'MS-2'] })).toStrictEqual(
      askPerson('SAVB has e-1:invoice:1 more than once: MS-1, MS-2.'),
    ));

  test('that only a person can make needs a person', () =>
    expect(meaning({ kind: 'byHand' })).toStrictEqual(
      askPerson('Whether SAVB has e-1:invoice:1, only a person can see.'),
    ));

  test.each<[Looked, number]>([
    [{ kind: 'byHand' }, HOUR_MS],
    [{ kind: 'AUTH', status: 401 }, 24 * HOUR_MS],
  ])('that tells nothing does not ask that person again who has said that it did not arrive: %p', (looked, later) =>
    expect(meaning(looked, begunMs + later, 'after that')).toStrictEqual({
      kind: 'record',
      attempts: [1, 2],
      outcome: { class: 'ABSENT' },
    }),
  );

  test.each<Looked>([
    { kind: 'NOT_SENT', code: 'ECONNREFUSED' },
    { kind: 'AUTH', status: 401 },
    { kind: 'THROTTLED' },
    { kind: 'UNKNOWN', why: 'status 500' },
    { kind: 'found', paymentRequest: { ...found, reference: 'e-2:invoice:1' } },
  ])('without an answer is made again, for a day: %p', (looked) => {
    const because =
      looked.kind === 'found' ? { kind: 'UNKNOWN', why: 'answer is about another reference, e-2:invoice:1' } : looked;
    expect(meaning(looked, begunMs + 24 * HOUR_MS - 1)).toStrictEqual({ kind: 'askAgain', because });
    expect(meaning(looked, begunMs + 24 * HOUR_MS)).toStrictEqual(
      askPerson('For a day SAVB could not say whether it has e-1:invoice:1.'),
    );
  });
});

describe('an attempt begins to send', () => {
  test('within half a minute of its beginning', () =>
    expect(lastMomentToSend(begunMs, quarantineMs)).toBe(begunMs + 30_000));

  test('never after its quarantine', () => expect(lastMomentToSend(begunMs, 5_000)).toBe(begunMs + 5_000));
});
