import type { EngagementInput, StartRequest } from '../contracts/engagement';
import { startMessageId } from '../contracts/names';
import { decide, eventsOf } from '../domain/engagement/decide';
import type { RecordedMessage } from '../domain/engagement/events';
import { evolveAll } from '../domain/engagement/evolve';
import { leftOf } from '../domain/engagement/forget';
import type { Message } from '../domain/engagement/message';
import { viewOf } from '../domain/engagement/view';
import { refusal, type Refusal } from '../domain/refusals';
import type { Records } from './connect';
import type { Engagements } from './engagements';
import { fingerprintOf } from './fingerprint';
import type { RulebookLibrary } from './rulebooks';

export type StartOutcome = { document: RecordedMessage; created: boolean } | { refusal: Refusal };

/**
 * Records that an engagement starts, before its workflow does: the first write under an id wins and comes back; the same
 * id with other content is refused. The workflow's own first message finds it. `at` is the instant of the start. Throws
 * when MongoDB does not answer.
 */
export async function recordStart(
  sources: { records: Pick<Records, 'engagements' | 'partners'>; rulebooks: RulebookLibrary },
  input: EngagementInput,
  at: string,
): Promise<StartOutcome> {
  const { engagements } = sources.records;
  const [standing] = await engagements.all(input.engagementId);
  if (standing) return takeUp(engagements, standing, input);
  const proposal = await propose(sources, input, at);
  if ('refusal' in proposal) return proposal;
  if (!(await engagements.record(proposal.document))) return recordStart(sources, input, at);
  await projectRecord(engagements, [proposal.document]);
  return { ...proposal, created: true };
}

async function propose(
  { records, rulebooks }: Parameters<typeof recordStart>[0],
  input: EngagementInput,
  at: string,
): Promise<{ document: RecordedMessage } | { refusal: Refusal }> {
  const { engagementId, partnerId, rulebook, startedBy } = input;
  const messageId = startMessageId(engagementId);
  const fingerprint = fingerprintOf('startEngagement', input);
  const message: Message = { name: 'startEngagement', payload: input, messageId, fingerprint, actor: startedBy, at };
  const partner = await records.partners.view(partnerId);
  const decision = decide(undefined, message, {
    rulebook: rulebooks.edition(rulebook.id),
    ...(partner && { partner }),
    heldElsewhere: {},
    uploads: [],
    gateway: 'manual',
  });
  if (decision.kind === 'refused') return { refusal: decision.refusal };
  const events = eventsOf(undefined, message, decision);
  return { document: { engagementId, fromVersion: 0, messageId, fingerprint, message: message.name, events } };
}

/** A repeat heals a projection that a crash left undone. Of a forgotten customer only what is left is compared. */
async function takeUp(
  engagements: Engagements,
  document: RecordedMessage,
  input: EngagementInput,
): Promise<StartOutcome> {
  const [started] = document.events;
  const { engagementId, ...asked } = input;
  const wanted = document.forgotten ? { ...asked, customer: leftOf(asked.customer) } : asked;
  const same =
    started?.type === 'EngagementStarted' &&
    fingerprintOf('terms', termsOf(started.data)) === fingerprintOf('terms', termsOf(wanted));
  if (!same)
    return {
      refusal: refusal('already-done-differently', `there is an engagement ${engagementId} with other content`, {
        engagementId: 'a new id, or the same content',
      }),
    };
  await projectRecord(engagements, await engagements.all(engagementId));
  return { document, created: false };
}

const termsOf = ({ partnerId, engagementType, serviceLevelDays, customer }: Omit<StartRequest, 'engagementId'>) => ({
  partnerId,
  engagementType,
  serviceLevelDays,
  customer,
});

async function projectRecord(engagements: Engagements, record: readonly RecordedMessage[]): Promise<void> {
  const state = evolveAll(record);
  if (state) await engagements.project(viewOf(state));
}
