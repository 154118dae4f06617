import { CancellationScope, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { SYSTEM } from '../contracts/names';
import type { SavbAnswer } from '../domain/settlement/answer';
import type { Effect } from '../domain/settlement/effect';
import type { OwnRequest } from '../domain/settlement/request';
import type { Letter } from './letter';

/**
 * Whoever speaks to SAVB never gives up by himself: the payment window or a person ends it. While SAVB does not answer the
 * activities name the delay to the next try; waiting in a retry, not in a timer, keeps history from growing. The delays here
 * are for a worker that died or a database that is away, when SAVB is not asked at all.
 */
const { submitPaymentRequest, pollPaymentStatus, awaitSavbRegistration } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** A batch decides within seconds, unless no worker or no database is there. */
const { joinBatch } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** What SAVB let us know, as a message, which nobody sends. `request` is the one that is known then. */
export function savbAnswered(effect: Effect, answer: SavbAnswer, request: OwnRequest | undefined): Letter {
  const reference = effect.kind === 'submit' ? effect.request.reference : effect.reference;
  const messageId = `savb:${reference}:${request?.statuses ?? 0}:${answer.status}`;
  return { name: 'recordSavbAnswer', messageId, actor: SYSTEM, payload: { reference, answer } };
}

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
      // Whatever happens next, it is wanted again.
      if (this.running?.scope === scope) this.running = undefined;
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
    case 'join':
      return joinBatch.executeWithOptions({ summary: `Ask with others for ${effect.reference}` }, [effect]);
    case 'awaitRegistration': {
      const summary = `Wait until SAVB knows ${effect.locationId} for ${effect.offering}`;
      return awaitSavbRegistration.executeWithOptions({ summary }, [effect]);
    }
    case 'poll':
      return pollPaymentStatus.executeWithOptions({ summary: `Wait for SAVB on ${effect.reference}` }, [effect]);
  }
}
