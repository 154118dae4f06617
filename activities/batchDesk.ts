import { batchPayloadSchemas } from '../contracts/batch';
import { isBatchMessage, type BatchStage } from '../contracts/names';
import { claimsOf } from '../domain/batch/claims';
import { decide, eventsOf, preview } from '../domain/batch/decide';
import type { BatchDecision, BatchFacts } from '../domain/batch/decision';
import type { NewBatchEvent, RecordedBatchMessage } from '../domain/batch/events';
import { take } from '../domain/batch/evolve';
import type { BatchMessage } from '../domain/batch/message';
import type { Batch } from '../domain/batch/state';
import { viewOf } from '../domain/batch/view';
import { batchHolder } from '../domain/claims';
import { refused } from '../domain/decision';
import { batchNoticesOf } from '../domain/notices';
import { refusal } from '../domain/refusals';
import type { Dependencies } from './dependencies';
import { numbered } from './invoiceNumbers';
import { createMessageDesk, type Kind, type Letter } from './messageDesk';
import { withPartnerContact } from './notices/audience';
import { createProject } from './projection';

/** Who is spoken to travels with the letter: most payloads do not name it. */
type LetterToBatch = Letter & { batchId: string };
type MessageToBatch = BatchMessage & { batchId: string };

/** The activity that decides and records what is said to batches. */
export function createBatchDesk({ records, rulebooks, programme, batches, notices }: Dependencies) {
  const { gateway, policy } = batches;
  const project = createProject(records, records.batches, viewOf);

  /** Only a correction is judged by the partner: by its locations. */
  async function factsFor(state: Batch | undefined, { name }: MessageToBatch): Promise<BatchFacts> {
    const partner =
      state && name === 'correctPaymentRequest' ? await records.partners.view(state.partnerId) : undefined;
    const rulebook = rulebooks.edition(programme.edition);
    return { rulebook, ...(partner && { partner }), heldElsewhere: {}, gateway, policy };
  }

  const kind: Kind<
    Batch,
    MessageToBatch,
    NewBatchEvent,
    RecordedBatchMessage,
    BatchFacts,
    { version: number; stage: BatchStage }
  > = {
    chronicle: records.batches,
    subjectOf: (_state, letter) => (letter as LetterToBatch).batchId,
    holderOf: batchHolder,
    contractOf: (name) => (isBatchMessage(name) ? batchPayloadSchemas[name] : undefined),
    factsFor,
    decide: (state, message, facts) => refuseMisdirected(message) ?? decide(state, message, facts),
    claimsOf,
    preview,
    complete: (state, message, decision) =>
      numbered(records, decision, message.at, (events) => preview(state, message, events)),
    documentOf(state, message, decision) {
      const { batchId, messageId, fingerprint, name } = message;
      const events = eventsOf(state, message, decision);
      if (events.length === 0) return undefined;
      return { batchId, fromVersion: state?.version ?? 0, messageId, fingerprint, message: name, events };
    },
    take,
    async project(before, documents, after) {
      await project(before, documents, after);
      return documents;
    },
    standingOf: ({ version, stage }) => ({ version, stage }),
    noticesOf:
      notices &&
      (async (documents, after) => {
        const audience = await withPartnerContact(notices.audience, records, after.partnerId);
        return batchNoticesOf(
          documents.flatMap(({ events }) => events),
          viewOf(after),
          audience,
        );
      }),
  };
  const handle = createMessageDesk(kind, records.claims);

  return {
    /** Decides and records one message to a batch. */
    handleBatchMessage: (state: Batch | undefined, letter: LetterToBatch, at: string) => handle(state, letter, at),
  };
}

/** What is for another batch must not come into this one's record. */
function refuseMisdirected({ name, payload, batchId }: MessageToBatch): BatchDecision | undefined {
  if (name !== 'addToBatch' || payload.batchId === batchId) return undefined;
  return refused(refusal('malformed-message', `/batchId: this is ${batchId}`, { batchId }));
}
