import type { BatchMember } from '../../contracts/batch';
import { claimsOf } from '../../domain/batch/claims';
import { decide, preview } from '../../domain/batch/decide';
import type { BatchFacts } from '../../domain/batch/decision';
import type { RecordedBatchMessage } from '../../domain/batch/events';
import type { Batch } from '../../domain/batch/state';
import { claimId } from '../../domain/claims';
import { hearBatch, type BatchHeard } from './batchGiven';
import { batchPassed, group, type BatchTold } from './batchStory';

/** What one message to one of the batches led to. */
export interface InBatch extends BatchHeard {
  told: BatchTold;
  /** Number of the batch, from 1. */
  number: number;
}

/**
 * The batches of one group, their records and the claims between them, as desk and workflows keep them: claims go before
 * the events, deadlines pass when they are due.
 */
export class BatchWorld {
  readonly heard: InBatch[] = [];
  private readonly states = new Map<number, Batch>();
  private readonly records = new Map<number, RecordedBatchMessage[]>();
  private readonly holders = new Map<string, number>();
  private said = 0;

  constructor(public now: string) {}

  get batches(): Batch[] {
    return [...this.states.values()];
  }

  batch(number: number): Batch | undefined {
    return this.states.get(number);
  }

  recordOf(number: number): RecordedBatchMessage[] {
    return this.records.get(number) ?? [];
  }

  /** A message id that nothing had before. */
  nextId(): string {
    this.said += 1;
    return `m-${this.said}`;
  }

  /** Time goes by: whatever is due passes at its instant. */
  advance(hours: number, facts: BatchFacts, seen: () => void): void {
    const until = new Date(Date.parse(this.now) + hours * 3_600_000).toISOString();
    for (let next = this.nextDue(until); next; next = this.nextDue(until)) {
      const [number, { deadlines }] = next;
      const [deadline] = deadlines;
      if (deadline!.at > this.now) this.now = deadline!.at;
      this.say(number, { ...batchPassed(deadline!, { at: this.now }), facts });
      seen();
    }
    this.now = until;
  }

  private nextDue(until: string): [number, Batch] | undefined {
    const due = [...this.states].filter(
      ([
        ,
        {
          deadlines: [next],
        },
      ]) => next !== undefined && next.at <= until,
    );
    return due.sort(([, one], [, other]) => (one.deadlines[0]!.at < other.deadlines[0]!.at ? -1 : 1))[0];
  }

  /** Joins the batch that collects, or the next one, as an engagement does; a batch that is named has it. */
  join(member: BatchMember, facts: BatchFacts): void {
    const collecting = [...this.states].find(([, { stage }]) => stage === 'collecting');
    for (let number = collecting?.[0] ?? this.states.size + 1; ; number += 1) {
      const { decision } = this.add(number, member, facts);
      if (decision.kind !== 'refused' || decision.refusal.code !== 'batch-sealed') return;
    }
  }

  /** An engagement speaks to one batch; whatever it was told before. */
  add(number: number, member: BatchMember, facts: BatchFacts): InBatch {
    const payload = { batchId: `B-${number}`, group, member, utcOffset: '+00:00' };
    const actor = { subject: 'system', role: 'system' } as const;
    const fingerprint = JSON.stringify(payload);
    const message = {
      name: 'addToBatch' as const,
      payload,
      messageId: this.nextId(),
      fingerprint,
      actor,
      at: this.now,
    };
    return this.say(number, { message, facts });
  }

  /** Takes the claims, decides, records, and gives back what is no longer held. */
  say(number: number, { message, facts }: BatchTold): InBatch {
    const before = this.states.get(number);
    const told: BatchTold = { message, facts: { ...facts, ...this.claimed(number, { message, facts }) } };
    const outcome = hearBatch(before, told, `B-${number}`);
    const { after, document } = outcome;
    if (after && document.events.length > 0) {
      this.states.set(number, after);
      this.records.set(number, [...this.recordOf(number), document]);
      const held = claimsOf(after).map(claimId);
      for (const [id, holder] of this.holders) if (holder === number && !held.includes(id)) this.holders.delete(id);
    }
    const inBatch = { ...outcome, told, number };
    this.heard.push(inBatch);
    return inBatch;
  }

  private claimed(number: number, { message, facts }: BatchTold): Pick<BatchFacts, 'heldElsewhere'> {
    const before = this.states.get(number);
    const decision = decide(before, message, facts);
    if (decision.kind !== 'accepted') return { heldElsewhere: {} };
    for (const id of claimsOf(preview(before, message, decision.events)).map(claimId)) {
      const holder = this.holders.get(id) ?? number;
      if (holder !== number) return { heldElsewhere: { [id]: `batch:B-${holder}` } };
      this.holders.set(id, number);
    }
    return { heldElsewhere: {} };
  }
}
