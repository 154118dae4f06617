import { sleep } from '@temporalio/workflow';
import type { EngagementInput, EngagementView } from '../../contracts/engagement';
import { engagement as ours } from '../../workflows';

/** What nobody may release: it sleeps on it before the first message is recorded, which no running engagement did. */
export async function engagement(input: EngagementInput): Promise<EngagementView> {
  await sleep('1 day');
  return ours(input);
}
