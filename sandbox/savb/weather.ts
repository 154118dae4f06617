import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call, FaultName, Play } from './faults';
import { callSchema, faultSchema } from './faults';

/** Body of `PUT /control/weather`. `share`: how probable it is that a call meets a fault. */
export const weatherSchema = z.strictObject({
  seed: z.int(),
  share: z.number().min(0).max(1),
  maxDelayMs: z.int().min(0).max(3_600_000).default(1_000),
});
type WeatherForecast = z.infer<typeof weatherSchema>;

/** What has come of the weather. It goes on counting only while it is `active`. */
export interface WeatherReport extends WeatherForecast {
  active: boolean;
  calls: number;
  faults: number;
  byFault: Partial<Record<FaultName, number>>;
}

export interface Weather {
  start(forecast: WeatherForecast): void;
  stop(): void;
  /** Of the weather there is, or of the last there was. */
  report(): WeatherReport | undefined;
  /** The fault that a call meets, if it meets one. `about`: which of this kind of call it is, apart from how often it was made. */
  next(call: Call, about: string): Play | undefined;
}

/** Random choices, the same whenever the weather draws for the same call. */
interface Draw {
  /** At least 0, less than 1. */
  fraction: () => number;
  /** A whole number, `most` at most. */
  upTo: (most: number) => number;
  oneOf: <T>(choices: readonly [T, ...T[]]) => T;
}

interface Kind {
  strikes: readonly Call[];
  /** The options of the fault. */
  options?: (draw: Draw, maxDelayMs: number) => object;
}

const ALL: readonly Call[] = callSchema.options;
const ABOUT_A_REQUEST: readonly Call[] = ['submit', 'lookup', 'status'];
const SUBMIT: readonly Call[] = ['submit'];

/**
 * The faults as weather brings them. Two are left to scripts: a wrong amount where the truth is looked up, which no protocol can see
 * through, and a 503 after execution, which contradicts what 503 means.
 */
const KINDS: Record<FaultName, Kind> = {
  delay: { strikes: ALL, options: ({ upTo }, maxDelayMs) => ({ ms: upTo(maxDelayMs) }) },
  refuse: { strikes: ALL, options: ({ oneOf }) => ({ status: oneOf([408, 425]) }) },
  fail: {
    strikes: ALL,
    options: ({ oneOf }) =>
      oneOf([{ status: 503 }, ...[500, 502, 504].flatMap((status) => [{ status }, { status, executed: true }])]),
  },
  throttle: {
    strikes: ALL,
    options: ({ oneOf, upTo }, maxDelayMs) => ({
      status: oneOf([429, 503]),
      as: oneOf(['seconds', 'date']),
      retryAfter: upTo(Math.ceil(maxDelayMs / 1_000)),
    }),
  },
  drop: { strikes: ALL },
  executeThenDrop: { strikes: SUBMIT },
  executeLate: {
    strikes: SUBMIT,
    options: ({ oneOf, upTo }, maxDelayMs) => ({ ms: upTo(maxDelayMs), answer: oneOf(['drop', 'hang']) }),
  },
  hang: {
    strikes: ALL,
    options: ({ oneOf }, maxDelayMs) => ({ ms: maxDelayMs, executed: oneOf([true, false]) }),
  },
  truncate: { strikes: ALL },
  garbage: { strikes: ALL },
  oversized: { strikes: ALL },
  wrongAmount: { strikes: SUBMIT },
  otherReference: { strikes: ABOUT_A_REQUEST },
};

const kindsFor = (call: Call) =>
  (Object.entries(KINDS) as [FaultName, Kind][]).filter(([, { strikes }]) => strikes.includes(call)) as [
    [FaultName, Kind],
    ...[FaultName, Kind][],
  ];

export function createWeather(): Weather {
  let report: WeatherReport | undefined;
  let madeBefore = new Map<string, number>();

  return {
    start(forecast) {
      report = { ...forecast, active: true, calls: 0, faults: 0, byFault: {} };
      madeBefore = new Map();
    },
    stop: () => void (report &&= { ...report, active: false }),
    report: () => report,
    next(call, about) {
      if (!report?.active) return undefined;
      const { seed, share, maxDelayMs, byFault } = report;
      const subject = JSON.stringify([call, about]);
      const nth = madeBefore.get(subject) ?? 0;
      madeBefore.set(subject, nth + 1);
      report.calls += 1;
      const draw = drawFor([seed, call, about, nth]);
      if (draw.fraction() >= share) return undefined;
      const [fault, { options }] = draw.oneOf(kindsFor(call));
      report.faults += 1;
      byFault[fault] = (byFault[fault] ?? 0) + 1;
      return faultSchema.parse({ fault, on: call, ...options?.(draw, maxDelayMs) }).play;
    },
  };
}

/** Draws from a digest of what the call is: eight times at most. */
function drawFor(call: readonly (string | number)[]): Draw {
  const digest = createHash('sha256').update(JSON.stringify(call)).digest();
  let drawn = 0;
  const fraction = () => digest.readUInt32BE(4 * drawn++) / 2 ** 32;
  const upTo = (most: number) => Math.floor(fraction() * (most + 1));
  return { fraction, upTo, oneOf: (choices) => choices[upTo(choices.length - 1)]! };
}
