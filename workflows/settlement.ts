import { CancellationScope, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { SavbAnswer } from '../domain/engagement/message';
import type { Effect } from '../domain/settlement/effect';

/** Attempts at SAVB never give up by themselves: the activity spaces them, the payment window or a person ends them. */
const { submitPaymentRequest } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '10 minutes' },
});

/** The activity names the delay to the next look itself; waiting in a retry, not in a timer, keeps history from growing. */
const { pollPaymentStatus } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '1 hour' },
});

/** Keeps the one wanted effect running: starts it when it is wanted, cancels it when it no longer is. */
export class Settlement {
  private running?: { id: string; scope: CancellationScope };

  /** `tell` receives SAVB's answer and the effect it belongs to. */
  constructor(private readonly tell: (effect: Effect, answer: SavbAnswer) => void) {}

  follow(effect: Effect | undefined): void {
    if (effect?.id === this.running?.id) return;
    this.running?.scope.cancel();
    this.running = effect && { id: effect.id, scope: new CancellationScope() };
    if (effect && this.running) void this.perform(effect, this.running.scope);
  }

  private async perform(effect: Effect, scope: CancellationScope): Promise<void> {
    try {
      this.tell(effect, await scope.run(() => ask(effect)));
    } catch (error) {
      if (isCancellation(error)) return;
      log.error('SAVB could not be asked', { effect: effect.id, error });
      if (effect.kind === 'submit')
        this.tell(effect, { status: 'unknown', why: `Asking SAVB failed: ${String(error)}.` });
    }
  }
}

function ask(effect: Effect): Promise<SavbAnswer> {
  switch (effect.kind) {
    case 'submit':
      return submitPaymentRequest.executeWithOptions({ summary: `Submit ${effect.request.reference} to SAVB` }, [
        effect,
      ]);
    case 'poll':
      return pollPaymentStatus.executeWithOptions({ summary: `Wait for SAVB on ${effect.reference}` }, [effect]);
  }
}
