import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Answer } from './answer';

/** What would have happened without the fault; resolves once it is on disk. */
export type Execute = () => Promise<Answer>;

/** Executes or not, and says what the client gets to see. `closing` aborts when the sandbox stops. */
type Play = (execute: Execute, closing: AbortSignal) => Promise<Answer>;

/** A row of the fault table: the options that can be scripted, and the fault they make. */
const row = <Options extends z.ZodObject>(
  options: Options,
  play: (options: z.output<Options>, ...given: Parameters<Play>) => Promise<Answer>,
): z.ZodType<Play> =>
  options.transform(
    (scripted): Play =>
      (...given) =>
        play(scripted, ...given),
  );

const FAULTS = {
  delay: row(z.strictObject({ ms: z.int().min(0).max(3_600_000) }), async ({ ms }, execute, closing) => {
    const answer = await execute();
    await wait(ms, undefined, { signal: closing }).catch(() => undefined);
    return answer;
  }),
  refuse: row(
    z.strictObject({ status: z.int().min(200).max(599), body: z.unknown().optional() }),
    async ({ status, body }) => ({
      status,
      body,
    }),
  ),
  executeThenDrop: row(z.strictObject({}), async (_, execute) => ({ ...(await execute()), cut: 'beforeAnswer' })),
  truncate: row(z.strictObject({}), async (_, execute) => ({ ...(await execute()), cut: 'midAnswer' })),
  fail: row(
    z.strictObject({ status: z.int().min(500).max(599).default(500), executed: z.boolean().default(false) }),
    async ({ status, executed }, execute) => {
      if (executed) await execute();
      return { status, body: { code: 'failed', message: 'scripted failure' } };
    },
  ),
  throttle: row(z.strictObject({ retryAfter: z.union([z.int().min(0), z.string()]) }), async ({ retryAfter }) => ({
    status: 429,
    body: { code: 'throttled', message: 'scripted throttling' },
    headers: { 'retry-after': String(retryAfter) },
  })),
};

/** What a fault may strike: sending a payment request, looking it up by reference, asking for its status, asking for a registration. */
const callSchema = z.enum(['submit', 'lookup', 'status', 'registration']);
export type Call = z.infer<typeof callSchema>;

const faultSchema = z
  .looseObject({
    fault: z.enum(Object.keys(FAULTS) as (keyof typeof FAULTS)[]),
    on: callSchema.default('submit'),
    times: z.int().min(1).max(100_000).default(1),
  })
  .transform(({ fault, on, times, ...options }, context) => {
    const play = FAULTS[fault].safeParse(options);
    if (play.success) return { on, times, play: play.data };
    for (const { path, message } of play.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

/** Body of `POST /control/faults`: `{faults: [{fault, on?, times?, …its options}]}`; each kind of call meets its faults in this order. */
export const faultScriptSchema = z.strictObject({ faults: z.array(faultSchema).min(1).max(10_000) });
type Scripted = z.infer<typeof faultSchema>;

export interface FaultScript {
  add(faults: Scripted[]): void;
  clear(): void;
  /** Executes a call, through the next fault scripted for it, if there is one. */
  play(call: Call, execute: Execute): Promise<Answer>;
}

export function createFaultScript(closing: AbortSignal): FaultScript {
  let script: Scripted[] = [];
  return {
    add: (faults) => void (script = [...script, ...faults]),
    clear: () => void (script = []),
    async play(call, execute) {
      const next = script.find(({ on }) => on === call);
      if (!next) return execute();
      next.times -= 1;
      if (next.times === 0) script = script.filter((scripted) => scripted !== next);
      return next.play(execute, closing);
    },
  };
}
