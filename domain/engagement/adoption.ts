import { refusal } from '../refusals';
import { engagementType } from '../rulebook/rulebook';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { Message, MessageOf } from './message';
import { noLongerNeeded } from '../tasks';
import { openTask, type Engagement } from './state';

/**
 * Before redemption an engagement may follow another edition, or its own as it is now. What was promised stays: the
 * voucher's last day does not move; only what is due from now on is reckoned anew (source: E22, dated rules).
 */
export function decideAdoption(
  state: Engagement,
  { payload: { rulebook, reason } }: MessageOf<'adoptRules'>,
  { adopted, editions = [] }: Facts,
): Decision {
  if (!adopted)
    return refused(
      refusal('rulebook-unknown', `there is no edition ${rulebook}; there are ${editions.join(', ')}`, {
        rulebook: `one of ${editions.join(', ')}`,
      }),
    );
  const { id, hash } = adopted.reference;
  if (id === state.rulebook.id && hash === state.rulebook.hash) return { kind: 'repeated' };
  if (!engagementType(adopted.rulebook, state.engagementType))
    return refused(
      refusal('engagement-type-unknown', `edition ${id} has no ${state.engagementType}`, {
        rulebook: `an edition with ${state.engagementType}`,
      }),
    );
  const differ = openTask(state, 'recordsDiffer');
  return accepted<NewEvent>(
    { type: 'RulesAdopted', data: { rulebook: adopted.reference, previousRulebook: state.rulebook, reason } },
    ...(differ ? [noLongerNeeded(differ)] : []),
  );
}

/** The facts by which what follows from a decision is reckoned: adopted rules hold at once. */
export function factsAfter({ name }: Message, decision: Decision, facts: Facts): Facts {
  if (name !== 'adoptRules' || decision.kind !== 'accepted' || !facts.adopted) return facts;
  const { rulebookDiffers: _differs, ...rest } = facts;
  return { ...rest, rulebook: facts.adopted.rulebook };
}
