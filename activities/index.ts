import type { Dependencies } from './dependencies';
import { createAnnouncements } from './announcements';
import { createEngagementDesk } from './engagementDesk';
import { createNotices } from './notices/sendNotices';
import { createPartnerDesk } from './partnerDesk';
import { createSettlement } from './settlement';

export type { Dependencies } from './dependencies';

/** All effects of the workflows, over what they depend on. */
export function createActivities(dependencies: Dependencies) {
  return {
    ...createEngagementDesk(dependencies),
    ...createPartnerDesk(dependencies),
    ...createAnnouncements(dependencies),
    ...createSettlement(dependencies),
    ...createNotices(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
