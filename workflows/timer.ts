import { CancellationScope, isCancellation, log, sleep } from '@temporalio/workflow';
import { SYSTEM } from '../contracts/names';
import { moment, words } from '../domain/wording';
import type { Letter } from './letter';

interface Deadline {
  kind: string;
  at: string;
}

export const isDue = ({ at }: Deadline): boolean => Date.parse(at) <= Date.now();

/** The passing of a deadline as a message, which nobody sends. */
export function deadlinePassed({ kind, at }: Deadline): Letter {
  return { name: 'passDeadline', messageId: `deadline:${kind}:${at}`, actor: SYSTEM, payload: { kind, at } };
}

/** No deadline: changes nothing, but has a record taken up that there may be. */
export const NONE: Deadline = { kind: 'none', at: '' };

/**
 * The one timer of a workflow. It is set again only when the next deadline comes earlier: one that moved later lets
 * the pending timer fire, find nothing due and be set anew, which costs less history than cancelling it each time.
 */
export class DeadlineTimer {
  private pending?: { at: number; scope: CancellationScope };
  /** Turned on by the timer, turned off by whoever looks. */
  public rang = false;

  set(deadline: Deadline | undefined): void {
    if (!deadline) return;
    const at = Date.parse(deadline.at);
    if (this.pending && this.pending.at <= at) return;
    this.pending?.scope.cancel();
    const scope = new CancellationScope();
    this.pending = { at, scope };
    void this.ring(scope, Math.max(1, at - Date.now()), `${words(deadline.kind)}, ${moment(deadline.at)}`);
  }

  private async ring(scope: CancellationScope, durationMs: number, summary: string): Promise<void> {
    try {
      await scope.run(() => sleep(durationMs, { summary }));
    } catch (error) {
      if (!isCancellation(error)) log.error('the deadline timer failed', { error });
      return;
    }
    this.pending = undefined;
    this.rang = true;
  }
}
