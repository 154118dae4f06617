import type { Evidence } from '../evidence';
import type { Check } from './check';
import { allDone, workflowsSound } from './endings';
import { acceptedOnce, numberedWithoutGaps, reconciled, sameMoney } from './invoices';
import { appliedOnce, uploadsStored } from './messages';
import { stagesInOrder, versionsDense, viewsFollow, workflowsAgree } from './records';

/** Everything that has to hold after a storm. */
export const checkAll = (evidence: Evidence): Check[] => [
  ...acceptedOnce(evidence),
  ...sameMoney(evidence),
  reconciled(evidence),
  ...appliedOnce(evidence),
  uploadsStored(evidence),
  stagesInOrder(evidence),
  versionsDense(evidence),
  workflowsAgree(evidence),
  viewsFollow(evidence),
  numberedWithoutGaps(evidence),
  ...allDone(evidence),
  workflowsSound(evidence),
];
