import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Dependencies } from '../../activities';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import type { PaymentTool } from '../../activities/savb/paymentTool';
import { createSettlement } from '../../activities/settlement';
import type { Attempt, AttemptOutcome } from '../../domain/settlement/attempt';
import type { Effect } from '../../domain/settlement/effect';
import type { InvoicedRequest } from '../../domain/settlement/request';
import { later, paymentRequest, startSandbox } from '../sandbox/running';

const REQUEST: InvoicedRequest = { ...paymentRequest(), status: 'prepared', gateway: 'http' };
const SHA256 = 'd'.repeat(64);
const submit = { kind: 'submit', id: 'submit', engagementId: 'e-1', request: REQUEST } as const;
const { reference, offering, locationId } = REQUEST;
const awaitRegistration = { kind: 'awaitRegistration', id: 'registration', reference, offering, locationId } as const;
const poll: Extract<Effect, { kind: 'poll' }> = {
  kind: 'poll',
  id: 'poll',
  reference,
  microsoftReferenceNumber: 'MS-1',
  known: { status: 'submitted' },
};

/** The activities over a record in memory and a payment tool that does what the test says. */
function activitiesWith(tool: Partial<PaymentTool>, isCurrent = true) {
  const attempts: Attempt[] = [];
  const row = async () => ({ reference, attempt: attempts.length, attempts, document: { sha256: SHA256 } });
  const paymentRequests = {
    get: row,
    existing: row,
    async beginAttempt(_: string, latest: number, begun: Omit<Attempt, 'attempt'>) {
      return attempts.push({ attempt: latest + 1, ...begun });
    },
    isCurrent: async () => isCurrent,
    async finishAttempt(_: string, attempt: number, outcome: AttemptOutcome) {
      attempts[attempt - 1] = { ...attempts[attempt - 1]!, outcome };
    },
  };
  const paymentTool = { isRegistered: async () => ({ kind: 'registered' }), ...tool };
  const pace = { quarantineMs: 900_000, pollIntervalMs: 3_600_000, longestRetryMs: 720_000 };
  const dependencies = { records: { paymentRequests }, paymentTool, pace };
  return { attempts, ...createSettlement(dependencies as unknown as Dependencies) };
}

/** The failure with which an activity asks to be run again. */
async function failureOf(activity: () => Promise<unknown>, attempt = 1) {
  const failure = await new MockActivityEnvironment({ attempt }).run(() =>
    activity().then(
      (answer) => new Error(`answered ${JSON.stringify(answer)}`),
      (error: unknown) => error,
    ),
  );
  if (!(failure instanceof ApplicationFailure)) throw failure as Error;
  const { type, message, nonRetryable, category } = failure;
  expect(nonRetryable).toBe(false);
  return { type, message, category, delayMs: Number(failure.nextRetryDelay) };
}

const run = <T>(activity: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(activity);

describe('before the first attempt', () => {
  test('SAVB is asked for the registration; without one nothing is sent', async () => {
    const asked: string[][] = [];
    const { attempts, submitPaymentRequest } = activitiesWith({
      async isRegistered(...given) {
        asked.push(given);
        return { kind: 'notRegistered' };
      },
    });
    expect(await run(() => submitPaymentRequest(submit))).toStrictEqual({
      status: 'notRegistered',
      why: 'SAVB has no registration of contoso-se for ddps.',
    });
    expect({ asked, attempts }).toStrictEqual({ asked: [['ddps', 'contoso-se']], attempts: [] });
  });

  test('without an answer it is asked again, and nothing is sent', async () => {
    const { attempts, submitPaymentRequest } = activitiesWith({
      isRegistered: async () => ({ kind: 'NOT_SENT', code: 'ECONNREFUSED' }),
    });
    const { type, message } = await failureOf(() => submitPaymentRequest(submit));
    expect({ type, message }).toStrictEqual({
      type: 'SavbNotReached',
      message:
        'SAVB is not reachable (ECONNREFUSED); nothing was sent. Nobody has to act: it is tried again by itself.',
    });
    expect(attempts).toStrictEqual([]);
  });
});

describe('an attempt', () => {
  test('carries the invoice, and so does the next, without asking for the registration again', async () => {
    const sent: unknown[] = [];
    let asked = 0;
    const { attempts, submitPaymentRequest } = activitiesWith({
      async isRegistered() {
        asked += 1;
        return { kind: 'byHand' };
      },
      async submit(request) {
        sent.push(request);
        return sent.length === 1
          ? { kind: 'NOT_SENT', code: 'ECONNREFUSED' }
          : { kind: 'SUCCESS', microsoftReferenceNumber: 'MS-1', status: 'validating' };
      },
    });
    await failureOf(() => submitPaymentRequest(submit));
    expect(await run(() => submitPaymentRequest(submit))).toStrictEqual({
      status: 'submitted',
      microsoftReferenceNumber: 'MS-1',
      documentSha256: SHA256,
    });
    const body = paymentRequest({ invoice: { ...REQUEST.invoice, documentSha256: SHA256 } });
    expect(sent).toStrictEqual([body, body]);
    expect(asked).toBe(1);
    expect(attempts.map(({ outcome }) => outcome?.class)).toStrictEqual(['NOT_SENT', 'SUCCESS']);
  });

  test('has half a minute from its beginning to begin to send', async () => {
    let lastMoment = 0;
    const { attempts, submitPaymentRequest } = activitiesWith({
      async submit(_, notAfterMs) {
        lastMoment = notAfterMs;
        return { kind: 'REJECTED', code: 'country', message: 'other country' };
      },
    });
    expect(await run(() => submitPaymentRequest(submit))).toStrictEqual({
      status: 'rejected',
      code: 'country',
      message: 'other country',
    });
    expect(lastMoment).toBe(Date.parse(attempts[0]!.startedAt) + 30_000);
  });

  test('that is no longer current sends nothing', async () => {
    const { attempts, submitPaymentRequest } = activitiesWith({}, false);
    expect(await failureOf(() => submitPaymentRequest(submit))).toMatchObject({
      type: 'SavbNotReached',
      message: 'SAVB is not reachable (SUPERSEDED); nothing was sent. Nobody has to act: it is tried again by itself.',
    });
    expect(attempts).toMatchObject([{ outcome: { class: 'NOT_SENT' } }]);
  });
});

describe('an attempt of a worker that died', () => {
  const died = (): Attempt => ({ attempt: 1, startedAt: new Date(Date.now() - 900_000).toISOString() });

  test('is unknown on record before SAVB is asked, and settled by what SAVB has', async () => {
    const { attempts, submitPaymentRequest } = activitiesWith({
      async findByReference() {
        expect(attempts).toMatchObject([{ outcome: { class: 'UNKNOWN', message: 'no outcome was recorded' } }]);
        const paymentRequest = { reference, amount: REQUEST.amount, status: 'approved' as const };
        return { kind: 'found', paymentRequest: { ...paymentRequest, microsoftReferenceNumber: 'MS-1' } };
      },
    });
    attempts.push(died());
    expect(await run(() => submitPaymentRequest(submit))).toMatchObject({ microsoftReferenceNumber: 'MS-1' });
  });

  test('is followed by no other while SAVB cannot say whether it has it', async () => {
    const { attempts, submitPaymentRequest } = activitiesWith({
      findByReference: async () => ({ kind: 'UNKNOWN', why: 'status 500' }),
    });
    attempts.push(died());
    expect(await failureOf(() => submitPaymentRequest(submit))).toMatchObject({ type: 'SavbUnknown' });
    expect(attempts).toHaveLength(1);
  });

  test('is shown to a person where SAVB has it twice', async () => {
    const { attempts, submitPaymentRequest } = activitiesWith({
      findByReference: async () => ({ kind: 'several', microsoftReferenceNumbers: ['MS-1', 'MS-2'] }),
    });
    attempts.push(died());
    expect(await run(() => submitPaymentRequest(submit))).toStrictEqual({
      status: 'unknown',
      why: `SAVB has ${reference} more than once: MS-1, MS-2.`,
    });
  });
});

test('what only a person can send is a sheet to type', async () => {
  const { attempts, submitPaymentRequest } = activitiesWith({
    submit: async () => ({ kind: 'byHand', sheet: [{ label: 'Offering', value: 'DDPS' }] }),
  });
  expect(await run(() => submitPaymentRequest(submit))).toStrictEqual({ status: 'byHand', sheet: 'Offering: DDPS' });
  expect(attempts).toMatchObject([{ outcome: { class: 'byHand' } }]);
});

describe('the next try', () => {
  test.each([
    ['seconds', 'seconds', 7_000],
    ['a date', 'date', 600_000],
  ])('comes when SAVB says in %s, within a tenth', async (_, as, ms) => {
    const sandbox = await startSandbox();
    const tool = createHttpGateway({ url: sandbox.url, token: 'dev' });
    later(() => tool.close());
    await sandbox.faults({ fault: 'throttle', retryAfter: ms / 1_000, as });
    const { attempts, submitPaymentRequest } = activitiesWith(tool);
    const { type, delayMs } = await failureOf(() => submitPaymentRequest(submit));
    expect(type).toBe('SavbThrottled');
    expect(Math.abs(delayMs - ms)).toBeLessThanOrEqual(ms / 10);
    expect(attempts).toMatchObject([{ outcome: { class: 'THROTTLED' } }]);
  });

  test('comes though SAVB says that there is nothing to wait for: no delay at all would end the retries', async () => {
    const noRoom = async () => ({ kind: 'THROTTLED', retryAfterMs: 0 }) as const;
    const activities = activitiesWith({ submit: noRoom, status: noRoom });
    expect((await failureOf(() => activities.submitPaymentRequest(submit))).delayMs).toBe(1);
    expect((await failureOf(() => activities.pollPaymentStatus(poll))).delayMs).toBe(1);
  });

  test('is slow where SAVB does not accept the token, and says what to check', async () => {
    const { submitPaymentRequest } = activitiesWith({ submit: async () => ({ kind: 'AUTH', status: 401 }) });
    const { type, message, delayMs } = await failureOf(() => submitPaymentRequest(submit));
    expect({ type, message }).toStrictEqual({
      type: 'SavbRefusesUs',
      message:
        'SAVB does not accept our token (401). Somebody has to act: start the workers with a SAVB_TOKEN it accepts. Then it goes on by itself.',
    });
    expect(delayMs).toBeGreaterThanOrEqual(720_000);
  });

  test('comes later the oftener it was tried', async () => {
    const activities = activitiesWith({ status: async () => ({ kind: 'NOT_SENT', code: 'ECONNREFUSED' }) });
    const delayAfter = async (tries: number) =>
      (await failureOf(() => activities.pollPaymentStatus(poll), tries)).delayMs;
    expect(await delayAfter(1)).toBeLessThanOrEqual(12_000);
    expect(await delayAfter(9)).toBeGreaterThanOrEqual(720_000);
  });
});

describe('waiting for a registration', () => {
  test.each(['registered', 'byHand'] as const)('ends when SAVB says %s', async (kind) => {
    const activities = activitiesWith({ isRegistered: async () => ({ kind }) });
    expect(await run(() => activities.awaitSavbRegistration(awaitRegistration))).toStrictEqual({
      status: 'registered',
    });
  });

  test('looks again after the poll interval, and alarms nobody', async () => {
    const activities = activitiesWith({ isRegistered: async () => ({ kind: 'notRegistered' }) });
    expect(await failureOf(() => activities.awaitSavbRegistration(awaitRegistration))).toStrictEqual({
      type: 'SavbHasNoNews',
      message: 'contoso-se is not registered with SAVB for ddps. Nobody has to act: it is tried again by itself.',
      delayMs: 3_600_000,
      category: 'BENIGN',
    });
  });

  test('goes on while SAVB does not answer', async () => {
    const activities = activitiesWith({
      isRegistered: async () => ({ kind: 'UNKNOWN', why: 'status 500' }),
    });
    const { type, message } = await failureOf(() => activities.awaitSavbRegistration(awaitRegistration));
    expect({ type, message }).toStrictEqual({
      type: 'SavbUnknown',
      message:
        'SAVB’s answer does not help: status 500. Nobody has to act: it is tried again by itself. Should it stay unclear, a task asks a person.',
    });
  });
});

test.each(['none', 'byHand'] as const)('a number that SAVB does not know (%s) is asked for again', async (kind) => {
  const activities = activitiesWith({ status: async () => ({ kind }) });
  const { type, message } = await failureOf(() => activities.pollPaymentStatus(poll));
  expect({ type, message }).toStrictEqual({
    type: 'SavbUnknown',
    message:
      'SAVB’s answer does not help: no request MS-1. Nobody has to act: it is tried again by itself. Should it stay unclear, a task asks a person.',
  });
});

describe('after the end of the payment window', () => {
  const found = { kind: 'SUCCESS', microsoftReferenceNumber: 'MS-1', status: 'validating' } as const;

  test('nothing is sent any more, however long it waited: a person is asked first (E17)', async () => {
    const { attempts, submitPaymentRequest } = activitiesWith({ submit: async () => found });
    const late = { ...submit, notAfter: '2020-10-03T00:00:00.000Z' };
    const { type, message, delayMs } = await failureOf(() => submitPaymentRequest(late));
    expect({ type, message, delayMs }).toStrictEqual({
      type: 'SavbHasNoNews',
      message: `the payment window of ${reference} is over. Nobody has to act: it is tried again by itself.`,
      delayMs: 3_600_000,
    });
    expect(attempts).toStrictEqual([]);
  });

  test('before it, it is', async () => {
    const { submitPaymentRequest } = activitiesWith({ submit: async () => found });
    const inTime = { ...submit, notAfter: new Date(Date.now() + 60_000).toISOString() };
    expect(await run(() => submitPaymentRequest(inTime))).toMatchObject({ status: 'submitted' });
  });
});

describe('what SAVB stopped for a person', () => {
  const at = (status: 'validating' | 'held') => ({
    kind: 'found' as const,
    paymentRequest: { reference, microsoftReferenceNumber: 'MS-1', status, amount: REQUEST.amount },
  });
  const knownAs = (status: 'held' | 'awaitingInvoice' | 'validating') => ({ ...poll, known: { status } });

  test.each(['held', 'awaitingInvoice'] as const)(
    'after %s it is news that SAVB goes on: it may stop again',
    async (known) => {
      const activities = activitiesWith({ status: async () => at('validating') });
      expect(await run(() => activities.pollPaymentStatus(knownAs(known)))).toStrictEqual({ status: 'validating' });
    },
  );

  test('once a person has acted SAVB is given an interval, and is then asked whether it still holds', async () => {
    const activities = activitiesWith({ status: async () => at('held') });
    const { type, delayMs } = await failureOf(() => activities.pollPaymentStatus(knownAs('validating')));
    expect({ type, delayMs }).toStrictEqual({ type: 'SavbHasNoNews', delayMs: 3_600_000 });
    const later = new MockActivityEnvironment({ attempt: 2 });
    expect(await later.run(() => activities.pollPaymentStatus(knownAs('validating')))).toStrictEqual({
      status: 'held',
    });
  });
});
