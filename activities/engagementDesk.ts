import { engagementInputSchema } from '../contracts/engagement';
import { payloadSchemas } from '../contracts/messages';
import { isEngagementMessage, type Stage } from '../contracts/names';
import { claimsOf } from '../domain/engagement/claims';
import { decide, eventsOf, preview, type Started } from '../domain/engagement/decide';
import type { Decision, Facts } from '../domain/engagement/decision';
import type { NewEvent, RecordedMessage } from '../domain/engagement/events';
import { take } from '../domain/engagement/evolve';
import type { Message } from '../domain/engagement/message';
import type { Engagement } from '../domain/engagement/state';
import { viewOf } from '../domain/engagement/view';
import { noticesOf } from '../domain/notices';
import { INVOICE_NUMBER_PENDING } from '../domain/settlement/paymentRequest';
import type { Records } from '../records/connect';
import type { Dependencies } from './dependencies';
import { createFacts } from './facts';
import { createMessageDesk, type Kind, type Letter } from './messageDesk';
import { projectDocuments } from './projection';

interface Standing {
  version: number;
  stage: Stage;
}

/** The activity that decides and records what is said to engagements. */
export function createEngagementDesk(dependencies: Dependencies) {
  const { records, notices } = dependencies;
  const kind: Kind<Engagement, Message, NewEvent, RecordedMessage, Facts, Standing> = {
    chronicle: records.engagements,
    subjectOf: engagementIdOf,
    holderOf: (engagementId) => engagementId,
    contractOf: (name) =>
      isEngagementMessage(name) ? payloadSchemas[name] : name === 'startEngagement' ? engagementInputSchema : undefined,
    factsFor: createFacts(dependencies),
    decide,
    claimsOf,
    preview,
    complete: (state, message, decision) => numbered(records, state, message, decision),
    documentOf,
    take,
    project: (before, documents, after) => projectDocuments(records, before, documents, after),
    standingOf: ({ version, stage }) => ({ version, stage }),
    noticesOf:
      notices &&
      (async (documents, after) => {
        const partner = await records.partners.view(after.partnerId);
        const audience = { ...notices.audience, partnerContact: partner?.businessProfile?.contactEmail };
        return noticesOf(eventsIn(documents), viewOf(after), audience);
      }),
  };
  return { handleMessage: createMessageDesk(kind, records.claims) };
}

const eventsIn = (documents: readonly RecordedMessage[]) => documents.flatMap(({ events }) => events);

function engagementIdOf(state: Started, { name, payload }: Letter): string {
  if (state) return state.engagementId;
  const start = name === 'startEngagement' ? engagementInputSchema.safeParse(payload) : undefined;
  return start?.data?.engagementId ?? '';
}

/**
 * Only a decision that stands uses up an invoice number: numbers are gap-free per partner and year. What is transferred
 * and invoiced in one breath has a number of its new partner.
 */
async function numbered(
  { paymentRequests }: Records,
  state: Started,
  message: Message,
  decision: Decision,
): Promise<Decision> {
  if (decision.kind !== 'accepted' || !state) return decision;
  const { at } = message;
  const events = await Promise.all(
    decision.events.map(async (event) => {
      if (event.type !== 'PaymentRequestPrepared' || event.data.invoice.number !== INVOICE_NUMBER_PENDING) return event;
      const { reference, invoice } = event.data;
      const year = Number(invoice.date.slice(0, 4));
      const { engagementId, partnerId } = preview(state, message, decision.events);
      const number = await paymentRequests.claimInvoiceNumber({ reference, engagementId, partnerId, year, at });
      return { ...event, data: { ...event.data, invoice: { ...invoice, number } } };
    }),
  );
  return { ...decision, events };
}

/** A refused start leaves none: there is no engagement to record it under. */
function documentOf(state: Started, message: Message, decision: Decision): RecordedMessage | undefined {
  const events = eventsOf(state, message, decision);
  if (!state && events[0]?.type !== 'EngagementStarted') return undefined;
  const { messageId, fingerprint, name } = message;
  const engagementId = engagementIdOf(state, message);
  return { engagementId, fromVersion: state?.version ?? 0, messageId, fingerprint, message: name, events };
}
