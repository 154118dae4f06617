import type { Spoken } from '../../sandbox/savb/answer';
import type { Call, Play } from '../../sandbox/savb/faults';
import { createWeather, weatherSchema } from '../../sandbox/savb/weather';
import { paymentRequest, reply, startSandbox, submit } from './running';
import type { RunningSandbox } from './running';

const MAX_DELAY_MS = 3_000;
const CALLS: readonly Call[] = ['submit', 'lookup', 'status', 'registration'];

const weatherOf = (forecast: { seed: number; share: number; maxDelayMs?: number }) => {
  const weather = createWeather();
  weather.start(weatherSchema.parse({ maxDelayMs: MAX_DELAY_MS, ...forecast }));
  return weather;
};

/** What becomes of a call that meets this. Nothing waits, because the sandbox is closing. */
async function fateOf(play: Play | undefined) {
  let executed = false;
  let executedAfterMs: number | undefined;
  const answer = await play?.({
    execute: async (): Promise<Spoken> => {
      executed = true;
      return { status: 201, body: reply('SAVB-1') };
    },
    executeLater: (ms) => void (executedAfterMs = ms),
    closing: AbortSignal.abort(),
  });
  return { answer, executed, executedAfterMs };
}

describe('the weather', () => {
  beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2020-09-01T12:00:00Z')));
  afterEach(() => jest.restoreAllMocks());

  const fates = async (seed: number, order: readonly (readonly [Call, string])[], share = 0.5) => {
    const weather = weatherOf({ seed, share });
    const met: Record<string, unknown[]> = {};
    for (const [call, about] of order) (met[`${call} ${about}`] ??= []).push(await fateOf(weather.next(call, about)));
    return met;
  };
  const order = Array.from({ length: 100 }, (_, n) => CALLS.map((call) => [call, `E-${n % 10}`] as const)).flat();

  test('is the same for the same seed and the same calls, in whatever order they mingle', async () => {
    const mingled = [...order].sort(([, one], [, other]) => one.localeCompare(other));
    expect(await fates(7, mingled)).toStrictEqual(await fates(7, order));
  });

  test('is another with another seed', async () =>
    expect(await fates(8, order)).not.toStrictEqual(await fates(7, order)));

  test('is other for each call, and each time it is made', async () => {
    const met = Object.values(await fates(7, order, 1));
    expect(new Set(met.map((fate) => JSON.stringify(fate))).size).toBe(40);
    for (const times of met) expect(new Set(times.map((fate) => JSON.stringify(fate))).size).toBeGreaterThan(3);
  });

  test.each([0, 0.3, 1])('meets a share of %d of the calls', (share) => {
    const weather = weatherOf({ seed: 1, share });
    for (let n = 0; n < 10_000; n += 1) weather.next('submit', `E-${n}`);
    const { calls, faults, byFault } = weather.report()!;
    expect(calls).toBe(10_000);
    expect(faults / calls).toBeCloseTo(share, 1);
    expect(Object.values(byFault).reduce((sum, count) => sum + count, 0)).toBe(faults);
  });

  const everyCall = ['delay', 'drop', 'fail', 'garbage', 'hang', 'oversized', 'refuse', 'throttle', 'truncate'];
  test.each<[Call, string[]]>([
    ['submit', [...everyCall, 'executeLate', 'executeThenDrop', 'otherReference', 'wrongAmount']],
    ['lookup', [...everyCall, 'otherReference']],
    ['status', [...everyCall, 'otherReference']],
    ['registration', everyCall],
  ])('brings to %s every fault that makes sense there', (call, faults) => {
    const weather = weatherOf({ seed: 1, share: 1 });
    for (let n = 0; n < 1_000; n += 1) weather.next(call, `E-${n}`);
    expect(Object.keys(weather.report()!.byFault).sort()).toStrictEqual(faults.sort());
  });

  const met = async (call: Call) => {
    const weather = weatherOf({ seed: 1, share: 1 });
    return Promise.all(Array.from({ length: 1_000 }, (_, n) => fateOf(weather.next(call, `E-${n}`))));
  };
  const spoken = (fates: Awaited<ReturnType<typeof met>>) =>
    fates.filter((fate): fate is typeof fate & { answer: Spoken } => typeof fate.answer === 'object');

  test('never refuses content or token, and a 503 has executed nothing', async () => {
    const answers = spoken(await met('submit'));
    expect([...new Set(answers.map(({ answer }) => answer.status))].sort()).toStrictEqual([
      200, 201, 408, 425, 429, 500, 502, 503, 504,
    ]);
    const executedBehind = (...statuses: number[]) => [
      ...new Set(answers.filter(({ answer }) => statuses.includes(answer.status)).map(({ executed }) => executed)),
    ];
    expect(executedBehind(408, 425, 429, 503)).toStrictEqual([false]);
    for (const status of [500, 502, 504]) expect(executedBehind(status).sort()).toStrictEqual([false, true]);
    expect(executedBehind(200, 201)).toStrictEqual([true]);
  });

  test('says until when in both forms, and no later than the longest delay', async () => {
    const headers = spoken(await met('submit')).map(({ answer }) => answer.headers?.['retry-after']);
    expect([...new Set(headers.filter((header) => header !== undefined))].sort()).toStrictEqual([
      ...['0', '1', '2', '3'],
      ...[0, 1, 2, 3].map((second) => `Tue, 01 Sep 2020 12:00:0${second} GMT`),
    ]);
  });

  test('executes late within the longest delay', async () => {
    const delays = (await met('submit')).flatMap(({ executedAfterMs }) => executedAfterMs ?? []);
    expect(delays.length).toBeGreaterThan(20);
    expect(Math.max(...delays)).toBeLessThanOrEqual(MAX_DELAY_MS);
  });
});

describe('the weather at the sandbox', () => {
  const change = (sandbox: RunningSandbox, forecast: object) => sandbox.call('PUT', '/control/weather', forecast);
  const report = (sandbox: RunningSandbox) => sandbox.call('GET', '/control/weather');

  test('strikes every route of the contract, whatever comes of it, and no control route', async () => {
    const sandbox = await startSandbox();
    expect(await change(sandbox, { seed: 3, share: 1, maxDelayMs: 1 })).toStrictEqual({ status: 204, body: undefined });
    const headers = { authorization: 'Bearer dev', 'content-type': 'application/json' };
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(sandbox.url + path, { headers, ...init }).then(
        (response) => response.text().catch(() => 'broken'),
        () => 'broken',
      );
    for (let n = 1; n <= 20; n += 1) {
      const body = JSON.stringify(paymentRequest({ reference: `E-${n}:invoice:1` }));
      await ask('/payment-requests', { method: 'POST', body });
      await ask(`/payment-requests?reference=E-${n}:invoice:1`);
      await ask(`/payment-requests/SAVB-${n}`);
      await ask(`/registrations/ddps?locationId=${n}`);
    }
    expect(await report(sandbox)).toMatchObject({ body: { active: true, calls: 80, faults: 80 } });
    expect(await sandbox.call('GET', '/control/ledger')).toMatchObject({ status: 200 });
  });

  test('gives way to what is scripted', async () => {
    const sandbox = await startSandbox();
    await change(sandbox, { seed: 3, share: 1 });
    await sandbox.faults({ fault: 'refuse', status: 418 });
    expect(await submit(sandbox)).toStrictEqual({ status: 418, body: undefined });
    expect(await report(sandbox)).toMatchObject({ body: { calls: 0 } });
  });

  test('ends when told, and what was counted can still be read', async () => {
    const sandbox = await startSandbox();
    expect(await report(sandbox)).toMatchObject({ status: 404 });
    await sandbox.call('DELETE', '/control/weather');
    await change(sandbox, { seed: -3, share: 0 });
    await submit(sandbox);
    expect(await sandbox.call('DELETE', '/control/weather')).toStrictEqual({ status: 204, body: undefined });
    await submit(sandbox);
    expect(await report(sandbox)).toStrictEqual({
      status: 200,
      body: { seed: -3, share: 0, maxDelayMs: 1_000, active: false, calls: 1, faults: 0, byFault: {} },
    });
  });

  test.each([
    [{ share: 0.3 }, 'seed'],
    [{ seed: 1, share: 30 }, 'share'],
    [{ seed: 1, share: 0.3, maxDelayMs: -1 }, 'maxDelayMs'],
    [{ seed: 1, share: 0.3, wind: 12 }, 'wind'],
  ])('%j is refused', async (forecast, field) => {
    const sandbox = await startSandbox();
    expect(await change(sandbox, forecast)).toMatchObject({ status: 422, body: { code: 'invalidField', field } });
    expect(await report(sandbox)).toMatchObject({ status: 404 });
  });
});
