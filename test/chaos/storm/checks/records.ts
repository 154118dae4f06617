import { isDeepStrictEqual } from 'node:util';
import type { Stage } from '../../../../contracts/names';
import type { EngagementEvent } from '../../../../domain/engagement/events';
import type { Evidence } from '../evidence';
import { checkEach, groupBy, isDense, type Check } from './check';

/** The straight path; nothing in a storm's load leads back. */
const ORDER = [
  'awaitingVoucher',
  'voucherAssigned',
  'reserved',
  'completionReported',
  'redeemed',
  'paymentRequested',
  'paymentApproved',
  'paid',
] as const satisfies Stage[];

/** The stage that an event leads to, told apart from the code that is under test. */
function stageAfter(event: EngagementEvent): (typeof ORDER)[number] | undefined {
  switch (event.type) {
    case 'EngagementStarted':
      return 'awaitingVoucher';
    case 'VoucherAssigned':
      return 'voucherAssigned';
    case 'VoucherReserved':
      return 'reserved';
    case 'CompletionReportSubmitted':
      return 'completionReported';
    case 'VoucherRedeemed':
      return 'redeemed';
    case 'PaymentRequestSubmitted':
      return 'paymentRequested';
    case 'PaymentStatusChanged':
      if (event.data.status === 'approved' || event.data.status === 'sent') return 'paymentApproved';
      return event.data.status === 'paid' ? 'paid' : undefined;
    default:
      return undefined;
  }
}

const timelinesOf = ({ messages }: Pick<Evidence, 'messages'>): Map<string, EngagementEvent[]> => {
  const inOrder = [...messages].sort((one, other) => one.fromVersion - other.fromVersion);
  const byEngagement = groupBy(inOrder, ({ engagementId }) => engagementId);
  return new Map([...byEngagement].map(([id, documents]) => [id, documents.flatMap(({ events }) => events)]));
};

/** I4: over the recorded timeline no stage comes twice or after a later one. */
export function stagesInOrder(evidence: Pick<Evidence, 'messages'>): Check {
  return checkEach('I4', 'the stage never goes back', timelinesOf(evidence), ([engagementId, events]) => {
    const stages = events.map(stageAfter).filter((stage) => stage !== undefined);
    const moved = stages.filter((stage, index) => stage !== 'paymentApproved' || stages[index - 1] !== stage);
    const isForward = moved.every(
      (stage, index) => index === 0 || ORDER.indexOf(stage) > ORDER.indexOf(moved[index - 1]!),
    );
    return !isForward && `${engagementId}: ${moved.join(' → ')}`;
  });
}

/** I5: the versions of every record, of engagements and of partners, are 1, 2, 3 …, within and across its documents. */
export function versionsDense({ messages, partnerMessages }: Pick<Evidence, 'messages' | 'partnerMessages'>): Check {
  const documents = [
    ...messages.map(({ engagementId, fromVersion, events }) => ({ subject: engagementId, fromVersion, events })),
    ...partnerMessages.map(({ partnerId, fromVersion, events }) => ({ subject: partnerId, fromVersion, events })),
  ].sort((one, other) => one.fromVersion - other.fromVersion);
  return checkEach(
    'I5',
    'versions have no gaps',
    groupBy(documents, ({ subject }) => subject),
    ([subject, chain]) => {
      const versions = chain.flatMap(({ events }) => events.map(({ version }) => version));
      const follows = chain.every(
        ({ fromVersion, events }) => events[0] === undefined || events[0].version === fromVersion + 1,
      );
      return !(isDense(versions) && follows) && `${subject}: ${versions.join(', ')}`;
    },
  );
}

/** I5: the workflow tells the story that is on record, or, where it has ended and cannot be asked any more, ended with it. */
export function workflowsAgree({ workflows, ...evidence }: Pick<Evidence, 'messages' | 'workflows'>): Check {
  return checkEach('I5', "the workflow's timeline is the record", timelinesOf(evidence), ([engagementId, recorded]) => {
    const { timeline: told, silence, result } = workflows.get(engagementId) ?? {};
    if (told === undefined && result?.version === recorded.at(-1)?.version) return undefined;
    if (told === undefined) return `${engagementId}: no answer, ${silence ?? 'no workflow'}`;
    if (isDeepStrictEqual(told, recorded)) return undefined;
    const at = recorded.findIndex((event, index) => !isDeepStrictEqual(event, told[index]));
    const version = at < 0 ? recorded.length + 1 : at + 1;
    return `${engagementId}: ${told.length} events told, ${recorded.length} recorded, different from version ${version} on`;
  });
}

/** I5: what everybody sees is as far as the record. */
export function viewsFollow({ engagements, ...evidence }: Pick<Evidence, 'messages' | 'engagements'>): Check {
  const views = new Map(engagements.map((view) => [view.engagementId, view]));
  return checkEach('I5', 'the view is as far as the record', timelinesOf(evidence), ([engagementId, events]) => {
    const stage = events.map(stageAfter).findLast((after) => after !== undefined);
    const version = events.at(-1)?.version;
    const view = views.get(engagementId);
    if (view?.version === version && view?.stage === stage) return undefined;
    return `${engagementId}: ${view?.stage} at version ${view?.version}, on record ${stage} at version ${version}`;
  });
}
