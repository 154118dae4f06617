import { proxySinks, type Sinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** What a replay does not compare by itself, told to whoever runs it: arguments of activities, lengths of timers, the end. */
export interface Observed extends Sinks {
  observed: {
    asked(activityType: string, args: unknown[]): void;
    slept(durationMs: number): void;
    ended(result: unknown): void;
  };
}

const { observed } = proxySinks<Observed>();

export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      async execute(input, next) {
        const result = await next(input);
        observed.ended(result);
        return result;
      },
    },
  ],
  outbound: [
    {
      async scheduleActivity(input, next) {
        observed.asked(input.activityType, input.args);
        return next(input);
      },
      async startTimer(input, next) {
        observed.slept(input.durationMs);
        return next(input);
      },
    },
  ],
});
