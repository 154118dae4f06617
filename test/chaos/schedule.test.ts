import { LONGEST_STANDSTILL_MS, PARTS, scheduleOf, WORKERS, type Strike } from './storm/schedule';

const HOUR_MS = 3_600_000;
const strikes = scheduleOf(7, HOUR_MS);
const killed = (...parts: readonly string[]) =>
  strikes.filter(({ kind, part }) => kind === 'kill' && parts.includes(part));

test('the same seed strikes the same parts at the same times, another seed others', () => {
  expect(scheduleOf(7, HOUR_MS)).toStrictEqual(strikes);
  expect(scheduleOf(8, HOUR_MS)).not.toStrictEqual(strikes);
});

test('a longer storm begins like a shorter one', () => {
  const shorter = scheduleOf(7, 60_000);
  expect(shorter.length).toBeGreaterThan(10);
  expect(strikes.slice(0, shorter.length)).toStrictEqual(shorter);
});

test('a worker is killed every five to ten seconds, each of them now and then', () => {
  const gapsMs = killed(...WORKERS).map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? 0));
  expect(gapsMs.filter((gapMs) => gapMs < 5_000 || gapMs > 10_000)).toStrictEqual([]);
  for (const worker of WORKERS) expect(killed(worker).length).toBeGreaterThan(HOUR_MS / 40_000);
});

test('every part is struck', () => {
  expect(new Set(strikes.map(({ part }) => part))).toStrictEqual(new Set(PARTS));
  for (const part of ['API', 'MongoDB', 'Temporal']) expect(killed(part).length).toBeGreaterThan(100);
});

test('a worker is paused for longer than its heartbeat timeout of 10 s, and nothing else is done to it then', () => {
  const pauses = strikes.filter(({ kind, part }) => kind === 'pause' && part !== 'SAVB sandbox');
  expect(pauses.length).toBeGreaterThan(100);
  expect(pauses.filter(({ forMs }) => forMs <= 10_000)).toStrictEqual([]);
  const isDuring = (pause: Strike, { atMs, part }: Strike) =>
    part === pause.part && atMs > pause.atMs && atMs <= pause.atMs + pause.forMs;
  expect(pauses.filter((pause) => strikes.some((strike) => isDuring(pause, strike)))).toStrictEqual([]);
});

test('a call to SAVB stands still no longer than a worker and SAVB are paused one after the other', () => {
  const longestMs = (part: (name: string) => boolean) =>
    Math.max(...strikes.filter((strike) => strike.kind === 'pause' && part(strike.part)).map(({ forMs }) => forMs));
  const isSandbox = (name: string) => name === 'SAVB sandbox';
  expect(longestMs(isSandbox) + longestMs((name) => !isSandbox(name))).toBeLessThanOrEqual(LONGEST_STANDSTILL_MS);
});
