import type { z } from 'zod';
import { actorSchema, type Actor } from '../contracts/messages';
import { UNKNOWN_OPERATOR } from '../contracts/names';
import type { WebhookMessage } from '../contracts/webhooks';
import { claimId, type Claim } from '../domain/claims';
import { refused, type Decision } from '../domain/decision';
import type { Notice } from '../domain/notices';
import { refusalIn, saysTheSame, type Recorded, type Subject } from '../domain/record';
import { refusal, type Refusal } from '../domain/refusals';
import type { Chronicle, Outcome } from '../records/chronicle';
import type { Claims } from '../records/claims';
import { fingerprintOf } from '../records/fingerprint';

/** A message as it arrived: nothing about its payload is known yet. */
export interface Letter {
  name: string;
  messageId: string;
  actor: Actor;
  payload: unknown;
}

/** A message whose payload has not been read yet. `at` is the moment of the decision. */
type Unread = Letter & { fingerprint: string; at: string };

/**
 * What the record says: documents the workflow has to take up, in order, and the answer to its own message as soon as
 * that message is among them. Without an answer the workflow takes up what there is and asks again.
 */
interface Handled<Document, Verdict> {
  documents: Document[];
  answer?: { verdict: Verdict } | { refusal: Refusal };
  /** Who has to be told what of these documents; whoever was told before is not told again. */
  notices?: Notice[];
  /** What partners' endpoints have to be told of these documents; what they were told before they are not told again. */
  webhooks?: WebhookMessage[];
}

/** What a desk needs to know of the subjects it works for. `State` is undefined before the first event. */
export interface Kind<
  State extends Subject,
  Message extends Letter,
  Event extends { type: string; data: object },
  Document extends Recorded<{ type: string; data: object }>,
  Facts extends { heldElsewhere: Record<string, string> },
  Standing,
> {
  chronicle: Chronicle<Document>;
  /** Id of the subject; empty when a message that would begin one names none. */
  subjectOf(state: State | undefined, letter: Letter): string;
  /** How claims name their holder. */
  holderOf(subjectId: string): string;
  /** The contract of a payload; none for what a subject says to itself. */
  contractOf(name: string): z.ZodType | undefined;
  factsFor(state: State | undefined, message: Message): Promise<Facts>;
  decide(state: State | undefined, message: Message, facts: Facts): Decision<Event>;
  claimsOf(state: State): Claim[];
  /** The state as it would be. */
  preview(state: State | undefined, message: Message, events: readonly Event[]): State;
  /** What only a decision that stands may use up. */
  complete?(state: State | undefined, message: Message, decision: Decision<Event>): Promise<Decision<Event>>;
  /** The one document of a decision; none for a refusal where there is no subject to record it under. */
  documentOf(state: State | undefined, message: Message, decision: Decision<Event>): Document | undefined;
  take(state: State | undefined, document: Document): State | undefined;
  /**
   * Brings up to `after` whatever follows from the record, but for the claims, and answers with the documents as they stay on
   * record; may be repeated.
   */
  project(before: State | undefined, documents: Document[], after: State): Promise<Document[]>;
  standingOf(state: State): Standing;
  /** Absent where nobody is told anything. */
  noticesOf?: ((documents: readonly Document[], after: State) => Promise<Notice[]>) | undefined;
  /** Absent where no endpoint is told anything. */
  webhooksOf?: ((before: State | undefined, documents: readonly Document[]) => Promise<WebhookMessage[]>) | undefined;
}

/** A history event takes so much and no more: a long record is taken up in pages. */
const PAGE = 100;

/** Whatever somebody sent, what is said of it stays short. */
const MOST_ERRORS = 20;
const LONGEST_TEXT = 500;

/** What the record holds about a message and about everything since a version. */
interface Known<Document> {
  documents: Document[];
  outcome?: Outcome;
}

/** Decides the messages of one kind of subject and records them, each once. */
export function createMessageDesk<
  State extends Subject,
  Message extends Letter,
  Event extends { type: string; data: object },
  Document extends Recorded<{ type: string; data: object }>,
  Facts extends { heldElsewhere: Record<string, string> },
  Standing extends object,
>(kind: Kind<State, Message, Event, Document, Facts, Standing>, claims: Claims) {
  type Started = State | undefined;
  type Verdict = Standing & { status: 'applied'; repeated?: true };
  const { chronicle } = kind;

  /**
   * Decides one message on `state` and records the decision in one insert; the first insert on a version wins, and
   * whatever was recorded first, by whoever, is what comes back. So it may run again, late, in another order or twice
   * at once, and an answer is never based on something that is not on record. `at` is the moment of the decision.
   * Throws when MongoDB does not answer in time; trying again is always safe.
   */
  return async function handle(state: Started, letter: Letter, at: string): Promise<Handled<Document, Verdict>> {
    const actor = actorSchema.safeParse(letter.actor).data ?? UNKNOWN_OPERATOR;
    const message: Unread = { ...letter, actor, fingerprint: fingerprintOf(letter.name, letter.payload), at };
    const id = kind.subjectOf(state, letter);
    const recorded = async (): Promise<Known<Document>> => {
      const [documents, outcome] = await Promise.all([
        chronicle.recordedSince(id, state?.version ?? 0, letter.messageId),
        chronicle.outcomeOf(id, letter.messageId),
      ]);
      return { documents, outcome };
    };
    const known = await recorded();
    if (known.documents.length > 0 || known.outcome) return takeUp(state, message, known);

    const read = parse(message);
    const decision = 'decision' in read ? read.decision : await decideWithClaims(state, read.message);
    if (decision.kind === 'repeated') return repeat(id, state, message, decision.sameAs);
    const document = kind.documentOf(state, message as unknown as Message, decision);
    if (!document)
      return {
        documents: [],
        answer: {
          refusal: decision.kind === 'refused' ? decision.refusal : refusal('wrong-stage', 'nothing was decided'),
        },
      };
    const isFirst = await chronicle.record(document);
    return takeUp(state, message, isFirst ? { documents: [document] } : await recorded());
  };

  /**
   * Brings the projections up to what is recorded, gives back the claims it ended and finds the answer. Run again, it heals
   * what an earlier run left undone.
   */
  async function takeUp(state: Started, message: Unread, known: Known<Document>): Promise<Handled<Document, Verdict>> {
    const from = state?.version ?? 0;
    const news = known.documents.filter(({ fromVersion }) => fromVersion >= from);
    const page = news.slice(0, PAGE);
    const after = page.reduce<Started>((before, document) => kind.take(before, document), state);
    const answer = page.length < news.length ? undefined : answerIn(known, message, after);
    if (!after || page.length === 0) return { documents: page, answer };
    const documents = await kind.project(state, page, after);
    const me = kind.holderOf(kind.subjectOf(after, message));
    await Promise.all(beyond(claimsOf(state), claimsOf(after)).map((claim) => claims.release(claim, me)));
    const [notices = [], webhooks = []] = await Promise.all([
      kind.noticesOf?.(documents, after),
      kind.webhooksOf?.(state, documents),
    ]);
    return {
      documents,
      answer,
      ...(notices.length > 0 && { notices }),
      ...(webhooks.length > 0 && { webhooks }),
    };
  }

  /** The same id with other content names two messages, which is refused. `state` has all of `known` taken up. */
  function answerIn(
    { documents, outcome }: Known<Document>,
    { messageId, fingerprint }: Unread,
    state: Started,
  ): Handled<Document, Verdict>['answer'] {
    const own = documents.find((document) => document.messageId === messageId);
    const found = own ?? outcome;
    if (!found || !state) return undefined;
    if (!saysTheSame(found, fingerprint))
      return {
        refusal: refusal('idempotency-key-reused', `${messageId} was used for another message or other content`),
      };
    const no = own && refusalIn(own);
    if (no) return { refusal: no };
    return { verdict: { status: 'applied', ...kind.standingOf(state), ...(!own && { repeated: true as const }) } };
  }

  /** A claim goes before the event: what turns out to be held by another subject is a fact to decide on again. */
  async function decideWithClaims(state: Started, message: Message): Promise<Decision<Event>> {
    const facts = await kind.factsFor(state, message);
    const decision = kind.decide(state, message, facts);
    const me = kind.holderOf(kind.subjectOf(state, message));
    for (const claim of newClaims(state, message, decision)) {
      const holder = await claims.take(claim, me, message.messageId);
      if (holder !== me) return kind.decide(state, message, { ...facts, heldElsewhere: { [claimId(claim)]: holder } });
    }
    return kind.complete ? kind.complete(state, message, decision) : decision;
  }

  /** What the subject would newly hold if the decision stood. */
  function newClaims(state: Started, message: Message, decision: Decision<Event>): Claim[] {
    if (decision.kind !== 'accepted') return [];
    return beyond(claimsOf(kind.preview(state, message, decision.events)), claimsOf(state));
  }

  function claimsOf(state: Started): Claim[] {
    return state ? kind.claimsOf(state) : [];
  }

  async function repeat(
    id: string,
    state: Started,
    message: Unread,
    sameAs?: string,
  ): Promise<Handled<Document, Verdict>> {
    const { name, messageId, fingerprint, at } = message;
    const outcome = { messageId, fingerprint, at, ...(sameAs !== undefined && { sameAs }) };
    // What a subject says to itself follows from its state: an answer kept from an earlier one would stand in its way.
    if (kind.contractOf(name)) await chronicle.recordOutcome(id, outcome);
    return { documents: [], answer: answerIn({ documents: [], outcome }, message, state) };
  }

  /** Reads the payload by its contract. */
  function parse(message: Unread): { message: Message } | { decision: Decision<Event> } {
    const schema = kind.contractOf(message.name);
    if (!schema) return { message: message as unknown as Message };
    const { success, data, error } = schema.safeParse(message.payload);
    if (success) return { message: { ...message, payload: data } as unknown as Message };
    return { decision: refused(malformed(error)) };
  }
}

/** The claims that are not among the others. */
function beyond(claims: readonly Claim[], others: readonly Claim[]): Claim[] {
  const known = new Set(others.map(claimId));
  return claims.filter((claim) => !known.has(claimId(claim)));
}

function malformed(error: z.ZodError): Refusal {
  const errors = error.issues.slice(0, MOST_ERRORS).map(({ path, message: rule }) => ({
    pointer: `/${path.map(String).join('/')}`.slice(0, LONGEST_TEXT),
    message: rule.slice(0, LONGEST_TEXT),
  }));
  const detail = errors
    .map(({ pointer, message: rule }) => `${pointer}: ${rule}`)
    .join('; ')
    .slice(0, LONGEST_TEXT);
  return { ...refusal('malformed-message', detail), errors };
}
