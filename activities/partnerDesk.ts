import { isPartnerMessage } from '../contracts/names';
import { partnerPayloadSchemas, type ChecklistItem } from '../contracts/partner';
import { partnerHolder } from '../domain/claims';
import { dayOf } from '../domain/days';
import { partnerNoticesOf } from '../domain/notices';
import { checklistOf } from '../domain/partner/checklist';
import { partnerClaimsOf } from '../domain/partner/claims';
import { decidePartner, partnerEventsOf, previewPartner } from '../domain/partner/decide';
import type { PartnerDecisionFacts } from '../domain/partner/decision';
import type { NewPartnerEvent, RecordedPartnerMessage } from '../domain/partner/events';
import { takePartner } from '../domain/partner/evolve';
import type { PartnerMessage } from '../domain/partner/message';
import type { Partner } from '../domain/partner/state';
import { partnerViewOf } from '../domain/partner/view';
import type { Dependencies } from './dependencies';
import { createMessageDesk, type Kind, type Letter } from './messageDesk';

/** Who is spoken to travels with the letter: a partner's payloads do not name it. */
type LetterToPartner = Letter & { partnerId: string };
type MessageToPartner = PartnerMessage & { partnerId: string };

/** The activity that decides and records what is said to partners. */
export function createPartnerDesk({ records, rulebooks, programme, notices }: Dependencies) {
  const rulebook = rulebooks.edition(programme.edition);
  const given: PartnerDecisionFacts = {
    rulebook,
    utcOffset: programme.utcOffset,
    heldElsewhere: {},
    redeemedOfferings: [],
  };

  /** Registration with SAVB is judged by what was redeemed; nothing else a partner says depends on engagements. */
  const factsFor = async (state: Partner | undefined, { name }: MessageToPartner): Promise<PartnerDecisionFacts> =>
    state && name === 'registerWithSavb'
      ? { ...given, redeemedOfferings: await records.engagements.redeemedOfferings(state.partnerId) }
      : given;

  const kind: Kind<
    Partner,
    MessageToPartner,
    NewPartnerEvent,
    RecordedPartnerMessage,
    PartnerDecisionFacts,
    { version: number }
  > = {
    chronicle: records.partners,
    subjectOf: (_state, letter) => (letter as LetterToPartner).partnerId,
    holderOf: partnerHolder,
    contractOf: (name) => (isPartnerMessage(name) ? partnerPayloadSchemas[name] : undefined),
    factsFor,
    decide: (state, message, facts) => decidePartner(message.partnerId, state, message, facts),
    claimsOf: partnerClaimsOf,
    preview: (state, message, events) => previewPartner(message.partnerId, state, message, events, given),
    documentOf(state, message, decision) {
      const { partnerId, messageId, fingerprint, name } = message;
      const events = partnerEventsOf(partnerId, state, message, decision, given);
      if (events.length === 0) return undefined;
      return { partnerId, fromVersion: state?.version ?? 0, messageId, fingerprint, message: name, events };
    },
    take: takePartner,
    async project(_before, documents, after) {
      await records.partners.project(partnerViewOf(after));
      return documents;
    },
    standingOf: ({ version }) => ({ version }),
    noticesOf:
      notices &&
      (async (documents, after) =>
        partnerNoticesOf(
          documents.flatMap(({ events }) => events),
          partnerViewOf(after),
          notices.audience,
        )),
  };
  const handle = createMessageDesk(kind, records.claims);

  return {
    /** Decides and records one message to a partner; `checklist` is how it stands then, by the current edition. */
    async handlePartnerMessage(state: Partner | undefined, letter: LetterToPartner, at: string) {
      const handled = await handle(state, letter, at);
      const after = handled.documents.reduce(takePartner, state);
      const checklist: ChecklistItem[] = after ? checklistOf(after, rulebook, dayOf(at, after.utcOffset)) : [];
      return { ...handled, checklist };
    },
  };
}
