import { codeBytesOf } from '../../dev/bench/bundle';
import { eventsUntil } from '../../dev/bench/histories';
import { readOptions } from '../../dev/bench/options';
import { inPool } from '../../dev/bench/pool';
import { percentile, seededRandom } from '../../dev/bench/statistics';
import { usageOf } from '../../dev/bench/usage';

afterEach(() => jest.restoreAllMocks());

describe('options', () => {
  test('have usual values', () => {
    expect(readOptions([])).toStrictEqual({ engagements: 200, concurrency: 20, seed: 1, paid: false });
  });

  test('are taken as given', () => {
    expect(readOptions(['--engagements', '5', '--concurrency', '2', '--seed', '7', '--paid'])).toStrictEqual({
      engagements: 5,
      concurrency: 2,
      seed: 7,
      paid: true,
    });
  });

  test.each(['0', '5001', '1.5', 'many', ' '])('refuse a count of %j and end the process', (count) => {
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('ended');
    });
    expect(() => readOptions(['--engagements', count])).toThrow('ended');
    expect(exit).toHaveBeenCalledWith(1);
    expect(said).toHaveBeenCalledWith(expect.stringContaining('It is a whole number from 1 to 5000.'));
  });
});

describe('percentiles', () => {
  test('are values that were measured, by nearest rank', () => {
    const values = [40, 10, 30, 20];
    expect([0, 0.25, 0.5, 0.51, 0.99, 1].map((share) => percentile(values, share))).toStrictEqual([
      10, 10, 20, 30, 40, 40,
    ]);
    expect(values).toStrictEqual([40, 10, 30, 20]);
  });

  test('do not exist without values', () => expect(percentile([], 0.5)).toBeUndefined());
});

test('the same seed gives the same numbers, from 0 up to 1, another seed others', () => {
  const numbers = (seed: number) => Array.from({ length: 1_000 }, seededRandom(seed));
  expect(numbers(1)).toStrictEqual(numbers(1));
  expect(numbers(1)).not.toStrictEqual(numbers(2));
  expect(numbers(1).filter((number) => number < 0 || number >= 1)).toStrictEqual([]);
  const mean = numbers(1).reduce((sum, number) => sum + number) / 1_000;
  expect(mean).toBeGreaterThan(0.45);
  expect(mean).toBeLessThan(0.55);
});

describe('a pool', () => {
  test('works on so many at once and no more, and answers in order', async () => {
    let now = 0;
    let most = 0;
    const results = await inPool(20, 3, async (index) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return index;
    });
    expect(results).toStrictEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(most).toBe(3);
  });

  test('begins nothing more after an error', async () => {
    const begun: number[] = [];
    const work = async (index: number) => {
      begun.push(index);
      if (index === 1) throw new Error('no');
      await new Promise((resolve) => setImmediate(resolve));
    };
    await expect(inPool(10, 2, work)).rejects.toThrow('no');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(begun).toStrictEqual([0, 1]);
  });
});

describe('what a process uses', () => {
  const onLinux = process.platform === 'linux' ? test : test.failing;

  onLinux('is read from the system', async () => {
    const before = await usageOf(process.pid);
    for (const end = process.cpuUsage().user + 100_000; process.cpuUsage().user < end;);
    const after = await usageOf(process.pid);
    expect(after!.cpuMs - before!.cpuMs).toBeGreaterThanOrEqual(80);
    expect(after!.rssBytes / process.memoryUsage().rss).toBeCloseTo(1, 0);
  });

  test('is not known of a process that is not there', async () => expect(await usageOf(2 ** 30)).toBeUndefined());
});

test('the code of a bundle ends where its source map begins', () => {
  expect(codeBytesOf('var ä = 1;\n//# sourceMappingURL=data:application/json;base64,e30=\n')).toBe(12);
  expect(codeBytesOf('var a = 1;\n')).toBe(11);
});

describe('the length of a history', () => {
  const marker = (result: object) => ({
    markerRecordedEventAttributes: { details: { data: { payloads: [{ data: Buffer.from(JSON.stringify(result)) }] } } },
  });
  const events = [
    {},
    marker({ events: [{ type: 'VoucherRedeemed' }] }),
    {},
    marker({ type: 'PaymentRequestSubmitted' }),
    {},
  ];

  test('ends with the marker that records the event', () => {
    expect(eventsUntil(events, 'VoucherRedeemed')).toBe(2);
    expect(eventsUntil(events, 'PaymentRequestSubmitted')).toBe(4);
  });

  test('cannot be told of an event that is not recorded', () => {
    expect(() => eventsUntil(events, 'EngagementCancelled')).toThrow('no history records EngagementCancelled');
  });
});
