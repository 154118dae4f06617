import { actorSchema, payloadSchemas } from '../contracts/messages';
import { isEngagementMessage, UNKNOWN_OPERATOR } from '../contracts/names';
import { engagementInputSchema } from '../contracts/engagement';
import type { z } from 'zod';
import { claimId, claimsOf, type Claim } from '../domain/engagement/claims';
import { decide, eventsOf, preview, type Started } from '../domain/engagement/decide';
import { refused, type Answer, type Decision } from '../domain/engagement/decision';
import type { RecordedMessage } from '../domain/engagement/events';
import { take } from '../domain/engagement/evolve';
import type { Letter, Message } from '../domain/engagement/message';
import { refusal } from '../domain/refusals';
import { INVOICE_NUMBER_PENDING } from '../domain/settlement/paymentRequest';
import { fingerprintOf } from '../records/fingerprint';
import { createFacts } from './facts';
import type { Dependencies } from './dependencies';
import { answerIn, type Known } from './known';
import { projectDocuments } from './projection';

/**
 * What the record says: documents the workflow has to take up, in order, and the answer to its own message as soon as
 * that message is among them. Without an answer the workflow takes up what there is and asks again.
 */
export interface Handled {
  documents: RecordedMessage[];
  answer?: Answer;
}

/** A history event takes so much and no more: a long record is taken up in pages. */
const PAGE = 100;

/** Whatever somebody sent, what is said of it stays short. */
const MOST_ERRORS = 20;
const LONGEST_TEXT = 500;

/** The activity that decides messages and records them, each once. */
export function createMessageDesk(dependencies: Dependencies) {
  const { records } = dependencies;
  const factsFor = createFacts(dependencies);

  return {
    /**
     * Decides one message on `state` and records the decision in one insert; the first insert on a version wins, and
     * whatever was recorded first, by whoever, is what comes back. So it may run again, late, in another order or twice
     * at once, and an answer is never based on something that is not on record. `at` is the moment of the decision.
     * Throws when MongoDB does not answer in time; trying again is always safe.
     */
    async handleMessage(state: Started, letter: Letter, at: string): Promise<Handled> {
      const actor = actorSchema.safeParse(letter.actor).data ?? UNKNOWN_OPERATOR;
      const message: Unread = { ...letter, actor, fingerprint: fingerprintOf(letter.name, letter.payload), at };
      const engagementId = engagementIdOf(state, letter);
      const recorded = async (): Promise<Known> => {
        const [documents, outcome] = await Promise.all([
          records.engagements.recordedSince(engagementId, state?.version ?? 0, letter.messageId),
          records.engagements.outcomeOf(engagementId, letter.messageId),
        ]);
        return { documents, outcome };
      };
      const known = await recorded();
      if (known.documents.length > 0 || known.outcome) return takeUp(state, message, known);

      const decision = await decideWithClaims(state, message);
      if (decision.kind === 'repeated') return repeat(engagementId, state, message, decision.sameAs);
      const document = documentOf(engagementId, state, message, decision);
      if (!document)
        return {
          documents: [],
          answer: {
            refusal: decision.kind === 'refused' ? decision.refusal : refusal('wrong-stage', 'nothing was decided'),
          },
        };
      const isFirst = await records.engagements.record(document);
      return takeUp(state, message, isFirst ? { documents: [document] } : await recorded());
    },
  };

  /** Brings the projections up to what is recorded and finds the answer. Run again, it heals what an earlier run left undone. */
  async function takeUp(state: Started, message: Unread, known: Known): Promise<Handled> {
    const from = state?.version ?? 0;
    const news = known.documents.filter(({ fromVersion }) => fromVersion >= from);
    const page = news.slice(0, PAGE);
    const after = page.reduce<Started>(take, state);
    if (after && page.length > 0) await projectDocuments(records, state, page, after);
    return { documents: page, answer: page.length < news.length ? undefined : answerIn(known, message, after) };
  }

  /** A claim goes before the event: what turns out to be held by another engagement is a fact to decide on again. */
  async function decideWithClaims(state: Started, message: Unread): Promise<Decision> {
    const read = parse(message);
    if ('decision' in read) return read.decision;
    const facts = await factsFor(state, read.message);
    const decision = decide(state, read.message, facts);
    for (const claim of newClaims(state, read.message, decision)) {
      const holder = await records.claims.take(claim, engagementIdOf(state, message), message.messageId);
      if (holder !== engagementIdOf(state, message))
        return decide(state, read.message, { ...facts, heldElsewhere: { [claimId(claim)]: holder } });
    }
    return numbered(state, message, decision);
  }

  /** Only a decision that stands uses up an invoice number: numbers are gap-free per partner and year. */
  async function numbered(state: Started, { at }: Unread, decision: Decision): Promise<Decision> {
    if (decision.kind !== 'accepted' || !state) return decision;
    const events = await Promise.all(
      decision.events.map(async (event) => {
        if (event.type !== 'PaymentRequestPrepared' || event.data.invoice.number !== INVOICE_NUMBER_PENDING)
          return event;
        const { reference, invoice } = event.data;
        const year = Number(invoice.date.slice(0, 4));
        const { engagementId, partnerId } = state;
        const number = await records.paymentRequests.claimInvoiceNumber({
          reference,
          engagementId,
          partnerId,
          year,
          at,
        });
        return { ...event, data: { ...event.data, invoice: { ...invoice, number } } };
      }),
    );
    return { ...decision, events };
  }

  async function repeat(engagementId: string, state: Started, message: Unread, sameAs?: string): Promise<Handled> {
    const { messageId, fingerprint, at } = message;
    const outcome = { engagementId, messageId, fingerprint, at, ...(sameAs !== undefined && { sameAs }) };
    await records.engagements.recordOutcome(outcome);
    return { documents: [], answer: answerIn({ documents: [], outcome }, message, state) };
  }
}

/** A message whose payload has not been read yet. */
export type Unread = Letter & { fingerprint: string; at: string };

function engagementIdOf(state: Started, { name, payload }: Letter): string {
  if (state) return state.engagementId;
  const start = name === 'startEngagement' ? engagementInputSchema.safeParse(payload) : undefined;
  return start?.data?.engagementId ?? '';
}

/** Reads the payload by its contract. What the engagement says to itself needs no reading but the start, which is input. */
function parse(message: Unread): { message: Message } | { decision: Decision } {
  const schema: z.ZodType | undefined = isEngagementMessage(message.name)
    ? payloadSchemas[message.name]
    : message.name === 'startEngagement'
      ? engagementInputSchema
      : undefined;
  if (!schema) return { message: message as Message };
  const { success, data, error } = schema.safeParse(message.payload);
  if (success) return { message: { ...message, payload: data } as Message };
  const errors = error.issues.slice(0, MOST_ERRORS).map(({ path, message: rule }) => ({
    pointer: `/${path.map(String).join('/')}`.slice(0, LONGEST_TEXT),
    message: rule.slice(0, LONGEST_TEXT),
  }));
  const detail = errors
    .map(({ pointer, message: rule }) => `${pointer}: ${rule}`)
    .join('; ')
    .slice(0, LONGEST_TEXT);
  return { decision: refused({ ...refusal('malformed-message', detail), errors }) };
}

/** What the engagement would newly hold if the decision stood. */
function newClaims(state: Started, message: Message, decision: Decision): Claim[] {
  if (decision.kind !== 'accepted') return [];
  const held = new Set(state ? claimsOf(state).map(claimId) : []);
  return claimsOf(preview(state, message, decision.events)).filter((claim) => !held.has(claimId(claim)));
}

/** The one document of a decision. A refused start leaves none: there is no engagement to record it under. */
function documentOf(
  engagementId: string,
  state: Started,
  message: Unread,
  decision: Decision,
): RecordedMessage | undefined {
  const events = eventsOf(state, message as Message, decision);
  if (!state && events[0]?.type !== 'EngagementStarted') return undefined;
  const { messageId, fingerprint, name } = message;
  return { engagementId, fromVersion: state?.version ?? 0, messageId, fingerprint, message: name, events };
}
