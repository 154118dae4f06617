import { isFinalStage } from '../../../../contracts/names';
import type { EngagementView } from '../../../../contracts/engagement';
import type { Evidence } from '../evidence';
import { checkEach, type Check } from './check';

/** Whether an engagement is at its end or waits for a person. */
export const isDone = ({ stage, tasks }: Pick<EngagementView, 'stage' | 'tasks'>): boolean =>
  isFinalStage(stage) || tasks.some(({ status }) => status === 'open');

/** I6: every engagement that was begun was driven to its redemption and is at its end or waits for a person. */
export function allDone({ engagements, log }: Pick<Evidence, 'engagements' | 'log'>): Check[] {
  const views = new Map(engagements.map((view) => [view.engagementId, view]));
  const unfinished = new Map(log.unfinished.map((one) => [one.engagementId, one]));
  return [
    checkEach('I6', 'every engagement is over or waits for a person', log.begun, (engagementId) => {
      const view = views.get(engagementId);
      if (!view) return `${engagementId}: not there`;
      const { stage, version, paymentRequest } = view;
      return (
        !isDone(view) && `${engagementId}: ${stage} at version ${version}, payment ${paymentRequest?.status ?? 'none'}`
      );
    }),
    checkEach('I6', 'every call found its answer', log.begun, (engagementId) => {
      const left = unfinished.get(engagementId);
      return left && `${engagementId}, ${left.step}: ${left.why}`;
    }),
  ];
}

/** I6: no workflow was lost, failed, or stands still because its code broke. */
export function workflowsSound({ log, workflows }: Pick<Evidence, 'log' | 'workflows'>): Check {
  return checkEach('I6', 'every workflow runs or ended in order', log.begun, (engagementId) => {
    const { status, standsStill } = workflows.get(engagementId) ?? {};
    if (status !== 'RUNNING' && status !== 'COMPLETED') return `${engagementId}: ${status ?? 'no workflow'}`;
    return standsStill !== undefined && `${engagementId}: ${standsStill}`;
  });
}
