import { ApplicationFailure } from '@temporalio/common';
import type { PaymentRequestReply } from '../../contracts/savb';
import type { SavbAnswer } from '../../domain/settlement/answer';
import { REVISABLE, type Attempt, type AttemptOutcome } from '../../domain/settlement/attempt';
import type { Looked, NoAnswer, Outcome, Seen } from '../../domain/settlement/reply';
import { classifyAnswer, classifyReply, compareFound } from '../../domain/settlement/reply';
import type { InvoicedRequest } from '../../domain/settlement/request';

/**
 * A small world in which one invoice is to reach SAVB while calls fail and workers die: a clock, a record, and a SAVB. What
 * runs in it is the real code; time passes only here.
 */

const MINUTE_MS = 60_000;
export const QUARANTINE_MS = 15 * MINUTE_MS;

/** How long the client waits for an answer, and how long Temporal takes to see that a worker is dead. */
const TIMEOUT_MS = 30_000;
const DEATH_SEEN_MS = 11_000;

/** What happens to a call: whether SAVB executes it, how late, and what the client sees; nothing when its worker dies. */
export interface Fault {
  executedAfterMs?: number;
  seen?: 'answer' | Seen;
  /** The worker stands still before its first byte is out, and goes on after this time. */
  stoppedForMs?: number;
}

const LATE_MS = 5 * MINUTE_MS;
const failed: Seen = { kind: 'response', status: 500 };
const timedOut: Seen = { kind: 'failure', beforeSend: false, code: 'UND_ERR_HEADERS_TIMEOUT' };

export const FAULTS: Fault[] = [
  { executedAfterMs: 0, seen: 'answer' },
  { seen: failed },
  { executedAfterMs: 0, seen: failed },
  { seen: { kind: 'response', status: 429 } },
  { seen: timedOut },
  { executedAfterMs: 0, seen: timedOut },
  { executedAfterMs: LATE_MS, seen: timedOut },
  { executedAfterMs: 0, seen: { kind: 'failure', beforeSend: false, code: 'ECONNRESET' } },
  { executedAfterMs: 0, seen: { kind: 'response', status: 200, unparsable: true } },
  {},
  { executedAfterMs: 0 },
  { executedAfterMs: LATE_MS },
];
const [WELL] = FAULTS as [Fault];

/** Workers that come back: soon, while others still wait for them, and when others have gone on. */
export const ZOMBIES: Fault[] = [{ stoppedForMs: 20_000 }, { stoppedForMs: QUARANTINE_MS + 5 * MINUTE_MS }];

export interface Savb {
  /** What becomes of a reference that is sent again: the same answer, 409, or a second invoice. */
  repetition: 'answered' | 'refused' | 'executed';
  /** How long what was executed stays hidden from the lookup; 0 when it is complete at once. */
  lookupLagMs: number;
  /** Lookups meet faults, too. */
  lookupsFail?: true;
  /** A worker that comes back too late sends all the same. */
  unfenced?: true;
}

/** Everything that is so at an instant. Never changed, only replaced: whoever keeps it can go back to it. */
interface Moment {
  nowMs: number;
  /** Meets the next call, unless it is well. */
  fault?: Fault;
  /** How often a person was asked. */
  asked: number;
  executions: readonly { atMs: number; number: string }[];
  attempts: readonly Attempt[];
  /** What will happen, whoever waits for it: an execution, or a stopped worker that goes on. */
  pending: readonly { atMs: number; stopped?: { attempt: number; notAfterMs: number } }[];
}

export const REQUEST: InvoicedRequest = {
  reference: 'e-1:invoice:1',
  status: 'prepared',
  gateway: 'http',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-14' }],
  amount: { minor: 240_000, currency: 'SEK' },
  invoice: { number: '2020-00001', date: '2020-08-17' },
};

const replyOf = (microsoftReferenceNumber: string): PaymentRequestReply => ({
  microsoftReferenceNumber,
  reference: REQUEST.reference,
  status: 'validating',
  amount: REQUEST.amount,
});

class WorkerDied extends Error {}

export class FaultyWorld {
  moment: Moment = {
    nowMs: Date.parse('2020-09-01T08:00:00Z'),
    asked: 0,
    executions: [],
    attempts: [],
    pending: [],
  };

  constructor(private readonly savb: Savb) {}

  /** One try at the activity, and what follows until the next is due. True once the invoice is settled. */
  async work(submit: (effectId: string) => Promise<SavbAnswer>): Promise<boolean> {
    try {
      const answer = await submit(`submit:${this.moment.asked}`);
      if (answer.status === 'submitted') return true;
      if (answer.status === 'unknown') return this.askPerson();
      throw new Error(`nobody expected ${JSON.stringify(answer)}`);
    } catch (error) {
      if (error instanceof WorkerDied) this.pass(DEATH_SEEN_MS);
      else if (error instanceof ApplicationFailure) this.pass(Number(error.nextRetryDelay));
      else throw error;
      return false;
    }
  }

  /** Lets everything happen that is under way, and counts the invoices. */
  invoicesInTheEnd(): number {
    this.pass(24 * 60 * MINUTE_MS);
    return this.moment.executions.length;
  }

  /** The person looks: what SAVB has is recorded, what it does not have is wanted anew. */
  private askPerson(): boolean {
    this.change({ asked: this.moment.asked + 1 });
    return this.moment.executions.length > 0;
  }

  post(notAfterMs: number): Outcome {
    const { executedAfterMs, seen, stoppedForMs } = this.nextFault();
    const { nowMs, attempts } = this.moment;
    const attempt = attempts.length;
    if (stoppedForMs !== undefined) this.expect({ atMs: nowMs + stoppedForMs, stopped: { attempt, notAfterMs } });
    if (executedAfterMs !== undefined && executedAfterMs > 0) this.expect({ atMs: nowMs + executedAfterMs });
    const answer = executedAfterMs === 0 ? this.execute(nowMs) : undefined;
    if (!seen) throw new WorkerDied();
    if (seen === timedOut) this.pass(TIMEOUT_MS);
    return this.classify(seen === 'answer' ? answer! : seen);
  }

  lookUp(): Looked {
    const { seen } = this.savb.lookupsFail ? this.nextFault() : WELL;
    if (!seen) throw new WorkerDied();
    if (seen === timedOut) this.pass(TIMEOUT_MS);
    if (seen !== 'answer') return classifyAnswer(seen) as NoAnswer;
    const { executions, nowMs } = this.moment;
    const visible = executions.filter(({ atMs }) => atMs + this.savb.lookupLagMs <= nowMs);
    const [found, ...more] = visible;
    if (more.length > 0) return { kind: 'several', microsoftReferenceNumbers: visible.map(({ number }) => number) };
    return found ? { kind: 'found', paymentRequest: replyOf(found.number) } : { kind: 'none' };
  }

  begin(latest: number, begun: Omit<Attempt, 'attempt'>): number | undefined {
    const { attempts } = this.moment;
    const attempt = latest + 1;
    if (attempts.length !== latest) return undefined;
    this.change({ attempts: [...attempts, { attempt, ...begun }] });
    return attempt;
  }

  finish(attempt: number, outcome: AttemptOutcome): void {
    const { attempts } = this.moment;
    const before = attempts[attempt - 1]?.outcome;
    if (before && (outcome.class === 'UNKNOWN' || !REVISABLE.includes(before.class))) return;
    this.change({ attempts: attempts.map((one) => (one.attempt === attempt ? { ...one, outcome } : one)) });
  }

  private change(changes: Partial<Moment>): void {
    this.moment = { ...this.moment, ...changes };
  }

  private expect(event: Moment['pending'][number]): void {
    this.change({ pending: [...this.moment.pending, event].toSorted((one, other) => one.atMs - other.atMs) });
  }

  private nextFault(): Fault {
    const { fault = WELL } = this.moment;
    this.change({ fault: undefined });
    return fault;
  }

  private classify(seen: Seen): Outcome {
    const reply = classifyReply(REQUEST, seen);
    if (reply.kind !== 'DUPLICATE') return reply;
    const found = this.lookUp();
    return found.kind === 'found'
      ? compareFound(REQUEST, found.paymentRequest)
      : { kind: 'UNKNOWN', why: `duplicate, lookup: ${found.kind}` };
  }

  /** What SAVB does with a request and answers. */
  private execute(atMs: number): Seen {
    const { executions } = this.moment;
    const [known] = executions;
    if (known && this.savb.repetition === 'refused') return { kind: 'response', status: 409, body: {} };
    if (known && this.savb.repetition === 'answered')
      return { kind: 'response', status: 200, body: replyOf(known.number) };
    const number = `SAVB-${executions.length + 1}`;
    this.change({ executions: [...executions, { atMs, number }] });
    return { kind: 'response', status: 201, body: replyOf(number) };
  }

  private pass(ms: number): void {
    const untilMs = this.moment.nowMs + ms;
    for (;;) {
      const [next, ...pending] = this.moment.pending;
      if (!next || next.atMs > untilMs) break;
      this.change({ nowMs: next.atMs, pending });
      this.happen(next);
    }
    this.change({ nowMs: untilMs });
  }

  private happen({ atMs, stopped }: Moment['pending'][number]): void {
    if (!stopped) this.execute(atMs);
    else if (atMs >= stopped.notAfterMs && !this.savb.unfenced) this.finish(stopped.attempt, { class: 'NOT_SENT' });
    else this.finish(stopped.attempt, { class: this.classify(this.execute(atMs)).kind });
  }
}
