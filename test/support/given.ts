import { engagementEventSchema } from '../../contracts/engagement';
import { decide, eventsOf, type Started } from '../../domain/engagement/decide';
import type { NewEvent, RecordedMessage } from '../../domain/engagement/events';
import { take } from '../../domain/engagement/evolve';
import type { Engagement } from '../../domain/engagement/state';
import { viewOf } from '../../domain/engagement/view';
import { answering, type Heard } from './answering';
import { frozen } from './frozen';
import { ENGAGEMENT_REFUSALS } from '../../domain/refusalsByMessage';
import { expectDeclared, expectDense, expectSound } from './invariants';
import type { Told } from './story';

/** What one message led to. */
export type Outcome = Heard<Engagement, NewEvent, RecordedMessage>;

/** Decides and takes up one message as the record does, on frozen ground. */
export function hear(before: Started, { message, facts }: Told): Outcome {
  const decision = frozen(decide(before, message, facts));
  expectDeclared(ENGAGEMENT_REFUSALS, message.name, decision);
  const document: RecordedMessage = frozen({
    engagementId: 'E-1',
    fromVersion: before?.version ?? 0,
    messageId: message.messageId,
    fingerprint: message.fingerprint,
    message: message.name,
    events: eventsOf(before, message, decision),
  });
  if (document.events.length === 0) return { decision, events: [], document, before, after: before };
  expectDense(before, document.events, engagementEventSchema);
  const after = frozen(take(before, document));
  if (after) expectSound(after);
  return { decision, events: document.events, document, before, after };
}

/** An engagement to which all of this was said, and accepted. */
export const given = (...story: readonly Told[]) => givenState(story.reduce<Started>(accept, undefined) as Engagement);

/** An engagement however it came to be. */
export const givenState = (state: Engagement) => ({ state, when: (told: Told) => withView(hear(state, told)) });

function accept(before: Started, told: Told): Started {
  const { decision, after } = hear(before, told);
  if (decision.kind !== 'accepted') throw new Error(`${told.message.name}: ${JSON.stringify(decision)}`);
  return after;
}

const withView = (outcome: Outcome) => ({
  ...outcome,
  ...answering(outcome),
  get view() {
    return outcome.after && viewOf(outcome.after);
  },
});
