import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { PaymentRequestReply } from '../../contracts/savb';
import { paymentRequestListSchema, paymentRequestReplySchema } from '../../contracts/savb';
import type { Answer, Spoken } from './answer';
import { RESET } from './answer';

/** What a fault may strike: sending a payment request, looking it up by reference or in a list, asking for its status, asking for a registration. */
export const callSchema = z.enum(['submit', 'lookup', 'status', 'registration']);
export type Call = z.infer<typeof callSchema>;

/** A call on its way. */
export interface Struck {
  /** What would have happened without the fault; resolves once it is on disk. */
  execute: () => Promise<Spoken>;
  /** Executes `ms` later, or when the sandbox stops, whether or not anybody waits. */
  executeLater: (ms: number) => void;
  /** Aborts when the sandbox stops: then nobody is kept waiting. */
  closing: AbortSignal;
}

/** Executes or not, and says what the caller gets to see. */
export type Play = (struck: Struck) => Promise<Answer>;

const longestMs = 3_600_000;
const longestRetryAfterS = 365 * 24 * 60 * 60;
const msSchema = z.int().min(0).max(longestMs);
/** As long as a timer can wait. */
const FOREVER_MS = 2 ** 31 - 1;
const executedSchema = z.boolean().default(false);

const EVERY: readonly Call[] = callSchema.options;
const SUBMIT: readonly Call[] = ['submit'];
const ABOUT_A_REQUEST: readonly Call[] = ['submit', 'lookup', 'status'];

/** A row of the fault table: the calls it may strike, the options that can be scripted, and the fault they make. */
const row = <Options extends z.ZodObject>(
  strikes: readonly Call[],
  options: Options,
  play: (options: z.output<Options>, struck: Struck) => Promise<Answer>,
) => ({
  strikes,
  plays: options.transform(
    (scripted): Play =>
      (struck) =>
        play(scripted, struck),
  ),
});

const plain = z.strictObject({});

const FAULTS = {
  delay: row(EVERY, z.strictObject({ ms: msSchema }), async ({ ms }, { execute, closing }) => {
    const answer = await execute();
    await pause(ms, closing);
    return answer;
  }),
  refuse: row(
    EVERY,
    z.strictObject({ status: z.int().min(200).max(599), body: z.unknown().optional() }),
    async ({ status, body }) => ({ status, body }),
  ),
  fail: row(
    EVERY,
    z.strictObject({ status: z.int().min(500).max(599).default(500), executed: executedSchema }),
    async ({ status, executed }, { execute }) => {
      if (executed) await execute();
      return { status, body: { code: 'failed', message: 'scripted failure' } };
    },
  ),
  throttle: row(
    EVERY,
    z.strictObject({
      retryAfter: z.union([z.int().min(0).max(longestRetryAfterS), z.string()]),
      as: z.enum(['seconds', 'date']).default('seconds'),
      status: z.literal([429, 503]).default(429),
    }),
    async ({ retryAfter, as, status }) => ({
      status,
      body: { code: 'throttled', message: 'scripted throttling' },
      headers: {
        'retry-after': as === 'date' && typeof retryAfter === 'number' ? httpDateIn(retryAfter) : String(retryAfter),
      },
    }),
  ),
  drop: row(EVERY, plain, async () => RESET),
  executeThenDrop: row(EVERY, plain, async (_, { execute }) => {
    await execute();
    return RESET;
  }),
  executeLate: row(
    SUBMIT,
    z.strictObject({ ms: msSchema, answer: z.enum(['drop', 'hang']).default('drop') }),
    async ({ ms, answer }, { executeLater, closing }) => {
      executeLater(ms);
      if (answer === 'hang') await pause(ms, closing);
      return RESET;
    },
  ),
  hang: row(
    EVERY,
    z.strictObject({ executed: executedSchema, ms: msSchema.default(FOREVER_MS) }),
    async ({ executed, ms }, { execute, closing }) => {
      if (executed) await execute();
      await pause(ms, closing);
      return RESET;
    },
  ),
  truncate: row(EVERY, plain, async (_, { execute }) => ({ ...(await execute()), cutShort: true })),
  garbage: row(EVERY, plain, async (_, { execute }) => {
    await execute();
    return { status: 200, body: GARBAGE, headers: { 'content-type': 'text/html' } };
  }),
  oversized: row(EVERY, plain, async (_, { execute }) => {
    const { body, ...answer } = await execute();
    return { ...answer, body: { ...(body as object), padding: PADDING } };
  }),
  wrongAmount: row(ABOUT_A_REQUEST, plain, async (_, { execute }) =>
    altered(await execute(), (known) => ({ ...known, amount: { ...known.amount, minor: known.amount.minor + 1 } })),
  ),
  otherReference: row(ABOUT_A_REQUEST, plain, async (_, { execute }) =>
    altered(await execute(), (known) => ({ ...known, reference: `${known.reference}.other` })),
  ),
};

export type FaultName = keyof typeof FAULTS;
const faultNames = Object.keys(FAULTS) as [FaultName, ...FaultName[]];

/** A fault in a script: `{fault, on?, times?, …its options}`. */
export const faultSchema = z
  .looseObject({
    fault: z.enum(faultNames),
    on: callSchema.default('submit'),
    times: z.int().min(1).max(100_000).default(1),
  })
  .transform(({ fault, on, times, ...options }, context) => {
    const { strikes, plays } = FAULTS[fault];
    if (!strikes.includes(on))
      context.addIssue({ code: 'custom', path: ['on'], message: `${fault} strikes ${strikes.join(', ')} only` });
    const play = plays.safeParse(options);
    if (play.success) return { on, times, play: play.data };
    for (const { path, message } of play.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

/** Waits, at most until the sandbox stops. */
const pause = (ms: number, closing: AbortSignal) => wait(ms, undefined, { signal: closing }).catch(() => undefined);

/** An HTTP-date has whole seconds; rounded up, it never comes early. */
const httpDateIn = (seconds: number) => new Date(Math.ceil(Date.now() / 1_000 + seconds) * 1_000).toUTCString();

const GARBAGE = '<!doctype html><title>Service</title><p>Everything is fine.</p>';
const PADDING = ' '.repeat(1024 * 1024);

/** Changes every payment request in an answer. */
function altered({ body, ...answer }: Spoken, change: (known: PaymentRequestReply) => PaymentRequestReply): Spoken {
  const list = paymentRequestListSchema.safeParse(body);
  if (list.success) return { ...answer, body: { ...list.data, items: list.data.items.map(change) } };
  const one = paymentRequestReplySchema.safeParse(body);
  return { ...answer, body: one.success ? change(one.data) : body };
}
