import { engagementInputSchema } from '../contracts/engagement';
import { payloadSchemas } from '../contracts/messages';
import { isEngagementMessage, type Stage } from '../contracts/names';
import { claimsOf } from '../domain/engagement/claims';
import { decide, eventsOf, preview, type Started } from '../domain/engagement/decide';
import type { Decision, Facts } from '../domain/engagement/decision';
import type { NewEvent, RecordedMessage } from '../domain/engagement/events';
import { take } from '../domain/engagement/evolve';
import { forgetView, isForgotten } from '../domain/engagement/forget';
import type { Message } from '../domain/engagement/message';
import type { Engagement } from '../domain/engagement/state';
import { viewOf } from '../domain/engagement/view';
import { noticesOf } from '../domain/notices';
import type { Dependencies } from './dependencies';
import { createFacts } from './facts';
import { numbered } from './invoiceNumbers';
import { createMessageDesk, type Kind, type Letter } from './messageDesk';
import { withPartnerContact } from './notices/audience';
import { createProject } from './projection';
import { createStageChangeMessages } from './webhooks/stageChanges';

interface Standing {
  version: number;
  stage: Stage;
}

/** The activity that decides and records what is said to engagements. */
export function createEngagementDesk(dependencies: Dependencies) {
  const { records, notices, webhooks } = dependencies;
  const project = createProject(records, records.engagements, viewOf);
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
    // What is transferred and invoiced in one breath has a number of its new partner.
    complete: (state, message, decision) =>
      numbered(records, decision, message.at, (events) => preview(state, message, events)),
    documentOf,
    take,
    async project(before, documents, after) {
      const shown = await project(before, documents, after);
      return isForgotten(shown.customer) ? records.erasure.forgetMessages(documents) : documents;
    },
    standingOf: ({ version, stage }) => ({ version, stage }),
    noticesOf:
      notices &&
      (async (documents, after) => {
        const audience = await withPartnerContact(notices.audience, records, after.partnerId);
        const isTold = documents.every(({ forgotten }) => !forgotten);
        return noticesOf(eventsIn(documents), isTold ? viewOf(after) : forgetView(viewOf(after)), audience);
      }),
    webhooksOf: webhooks && createStageChangeMessages(records),
  };
  return { handleMessage: createMessageDesk(kind, records.claims) };
}

const eventsIn = (documents: readonly RecordedMessage[]) => documents.flatMap(({ events }) => events);

function engagementIdOf(state: Started, { name, payload }: Letter): string {
  if (state) return state.engagementId;
  const start = name === 'startEngagement' ? engagementInputSchema.safeParse(payload) : undefined;
  return start?.data?.engagementId ?? '';
}

/** A refused start leaves none: there is no engagement to record it under. */
function documentOf(state: Started, message: Message, decision: Decision): RecordedMessage | undefined {
  const events = eventsOf(state, message, decision);
  if (!state && events[0]?.type !== 'EngagementStarted') return undefined;
  const { messageId, fingerprint, name } = message;
  const engagementId = engagementIdOf(state, message);
  return { engagementId, fromVersion: state?.version ?? 0, messageId, fingerprint, message: name, events };
}
