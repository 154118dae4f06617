import type { Dependencies } from './dependencies';
import { createMessageDesk } from './messageDesk';
import { createSettlement } from './settlement';

export type { Dependencies } from './dependencies';
export type { Handled } from './messageDesk';

/** All effects of the workflows, over what they depend on. */
export function createActivities(dependencies: Dependencies) {
  return { ...createMessageDesk(dependencies), ...createSettlement(dependencies) };
}

export type Activities = ReturnType<typeof createActivities>;
