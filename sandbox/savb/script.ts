import { z } from 'zod';
import type { Call, Play } from './faults';
import { faultSchema } from './faults';

/** Body of `POST /control/faults`; each kind of call meets its faults in this order. */
export const faultScriptSchema = z.strictObject({ faults: z.array(faultSchema).min(1).max(10_000) });
type Scripted = z.infer<typeof faultSchema>;

export interface FaultScript {
  add(faults: Scripted[]): void;
  clear(): void;
  /** How many calls are still to be struck. */
  left(): number;
  /** Takes the next fault scripted for this kind of call off the script, if there is one. */
  next(call: Call): Play | undefined;
}

export function createFaultScript(): FaultScript {
  let script: Scripted[] = [];
  return {
    add: (faults) => void (script = [...script, ...faults]),
    clear: () => void (script = []),
    left: () => script.reduce((sum, { times }) => sum + times, 0),
    next(call) {
      const next = script.find(({ on }) => on === call);
      if (!next) return undefined;
      next.times -= 1;
      if (next.times === 0) script = script.filter((scripted) => scripted !== next);
      return next.play;
    },
  };
}
