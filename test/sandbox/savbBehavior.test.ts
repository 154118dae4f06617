import { numberOf, reply, startSandbox, submit } from './running';
import type { RunningSandbox } from './running';

const behave = (sandbox: RunningSandbox, change: object) => sandbox.call('PUT', '/control/behavior', change);
const find = (sandbox: RunningSandbox, query = '?reference=E-1:invoice:1') =>
  sandbox.call('GET', `/payment-requests${query}`);
const items = (...replies: object[]) => ({ status: 200, body: { items: replies } });

describe('a SAVB that does not de-duplicate', () => {
  test('books a repeated reference again, whatever its content, and the lookup lists them all', async () => {
    const sandbox = await startSandbox();
    await behave(sandbox, { deduplicates: false });
    const amount = { minor: 1, currency: 'SEK' };
    const answers = [await submit(sandbox), await submit(sandbox), await submit(sandbox, { amount })];
    const [one, two, three] = answers.map(numberOf) as [string, string, string];
    expect(new Set([one, two, three]).size).toBe(3);
    expect(answers.map(({ status }) => status)).toStrictEqual([201, 201, 201]);
    await submit(sandbox, { reference: 'E-2:invoice:1' });
    expect(await find(sandbox)).toStrictEqual(items(reply(one), reply(two), reply(three, { amount })));
    expect((await sandbox.ledger()).map(({ type }) => type)).toStrictEqual([
      'behavior',
      ...Array<string>(4).fill('accepted'),
    ]);
  });

  test('wants to be told the number of which payment request is to move on', async () => {
    const sandbox = await startSandbox();
    await behave(sandbox, { deduplicates: false });
    const one = numberOf(await submit(sandbox));
    const two = numberOf(await submit(sandbox));
    expect(
      await sandbox.call('POST', '/control/advance', { reference: 'E-1:invoice:1', status: 'held' }),
    ).toStrictEqual({
      status: 409,
      body: { code: 'severalBookings', field: 'reference', message: 'say which, by its number' },
    });
    await sandbox.call('POST', '/control/advance', { microsoftReferenceNumber: two, status: 'held' });
    expect(await find(sandbox)).toStrictEqual(items(reply(one), reply(two, { status: 'held' })));
  });

  test('answers with the first booking once it de-duplicates again', async () => {
    const sandbox = await startSandbox();
    await behave(sandbox, { deduplicates: false });
    const one = numberOf(await submit(sandbox));
    await submit(sandbox);
    await behave(sandbox, { deduplicates: true });
    expect(await submit(sandbox)).toStrictEqual({ status: 200, body: reply(one) });
  });
});

describe('a SAVB whose lookups lag behind', () => {
  test('does not show a booking by reference, by number or in the list, but does not take it twice', async () => {
    const sandbox = await startSandbox();
    await behave(sandbox, { lookupLagMs: 3_600_000 });
    const number = numberOf(await submit(sandbox));
    expect(await find(sandbox)).toStrictEqual(items());
    expect(await find(sandbox, '')).toStrictEqual(items());
    expect(await find(sandbox, `/${number}`)).toMatchObject({ status: 404 });
    expect(await submit(sandbox)).toStrictEqual({ status: 200, body: reply(number) });
    await behave(sandbox, { lookupLagMs: 0 });
    expect(await find(sandbox)).toStrictEqual(items(reply(number)));
    expect(await find(sandbox, `/${number}`)).toStrictEqual({ status: 200, body: reply(number) });
  });

  test('shows old statuses and registrations', async () => {
    const sandbox = await startSandbox();
    const number = numberOf(await submit(sandbox));
    await behave(sandbox, { lookupLagMs: 3_600_000 });
    await sandbox.call('POST', '/control/advance', { reference: 'E-1:invoice:1', status: 'held' });
    await sandbox.call('PUT', '/control/registrations/ddps', { registered: false });
    expect(await find(sandbox)).toStrictEqual(items(reply(number)));
    expect(await sandbox.call('GET', '/registrations/ddps?locationId=contoso-se')).toMatchObject({ status: 200 });
  });
});

describe('the behavior of SAVB', () => {
  test('changes where it is told to, and outlives a restart', async () => {
    const before = await startSandbox();
    expect(await behave(before, {})).toStrictEqual({ status: 200, body: { deduplicates: true, lookupLagMs: 0 } });
    await behave(before, { deduplicates: false });
    await behave(before, { lookupLagMs: 3_600_000 });
    await submit(before);
    await before.stop();
    const after = await startSandbox({ ledgerFile: before.ledgerFile });
    expect(await behave(after, {})).toStrictEqual({
      status: 200,
      body: { deduplicates: false, lookupLagMs: 3_600_000 },
    });
    expect(await find(after)).toStrictEqual(items());
    expect(await submit(after)).toMatchObject({ status: 201 });
  });

  test.each([
    [{ deduplicates: 'no' }, 'deduplicates'],
    [{ lookupLagMs: -1 }, 'lookupLagMs'],
    [{ lag: 1 }, 'lag'],
  ])('%j is refused', async (change, field) => {
    const sandbox = await startSandbox();
    expect(await behave(sandbox, change)).toMatchObject({ status: 422, body: { code: 'invalidField', field } });
    expect(await sandbox.ledger()).toStrictEqual([]);
  });
});

describe('the list of all payment requests', () => {
  const submitted = async (sandbox: RunningSandbox, count: number) => {
    const numbers: string[] = [];
    for (let n = 1; n <= count; n += 1)
      numbers.push(numberOf(await submit(sandbox, { reference: `E-${n}:invoice:1` })));
    return numbers;
  };
  const page = async (sandbox: RunningSandbox, query: string) => {
    const { body } = await find(sandbox, query);
    const { items, next } = body as { items: { microsoftReferenceNumber: string }[]; next?: string };
    return { numbers: items.map(({ microsoftReferenceNumber }) => microsoftReferenceNumber), next };
  };

  test('comes in pages, in the order booked, and goes on with what is booked meanwhile', async () => {
    const sandbox = await startSandbox();
    const [one, two, three] = (await submitted(sandbox, 3)) as [string, string, string];
    expect(await page(sandbox, '?limit=2')).toStrictEqual({ numbers: [one, two], next: two });
    expect(await page(sandbox, `?limit=2&after=${two}`)).toStrictEqual({ numbers: [three], next: undefined });
    const four = numberOf(await submit(sandbox, { reference: 'E-4:invoice:1' }));
    expect(await page(sandbox, `?limit=2&after=${two}`)).toStrictEqual({ numbers: [three, four], next: undefined });
    expect(await page(sandbox, `?limit=2&after=${four}`)).toStrictEqual({ numbers: [], next: undefined });
  });

  test('has a hundred on a page unless told otherwise', async () => {
    const sandbox = await startSandbox();
    const numbers = await submitted(sandbox, 101);
    expect(await page(sandbox, '')).toStrictEqual({ numbers: numbers.slice(0, 100), next: numbers[99] });
    expect(await page(sandbox, '?limit=500')).toStrictEqual({ numbers, next: undefined });
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=501', 'limit'],
    ['?limit=all', 'limit'],
    ['?after=SAVB-0', 'after'],
    ['?limit=1&limit=2', 'limit'],
  ])('asked for with %s is refused', async (query, field) => {
    const sandbox = await startSandbox();
    expect(await find(sandbox, query)).toMatchObject({ status: 422, body: { code: 'invalidField', field } });
  });
});

test('the control route shows the whole ledger as it is on disk, without a token and whatever the lag', async () => {
  const sandbox = await startSandbox();
  await behave(sandbox, { lookupLagMs: 3_600_000 });
  await submit(sandbox);
  await sandbox.call('POST', '/control/advance', { reference: 'E-1:invoice:1', status: 'rejected', code: 'x' });
  const { body } = await sandbox.call('GET', '/control/ledger', undefined, {});
  expect((body as { items: { type: string }[] }).items.map(({ type }) => type)).toStrictEqual([
    'behavior',
    'accepted',
    'status',
  ]);
  expect(body).toStrictEqual({ items: await sandbox.ledger() });
});
