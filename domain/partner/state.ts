import type { PartnerTaskKind } from '../../contracts/names';
import type { PartnerDeadline, PartnerFacts } from '../../contracts/partner';
import type { Task } from '../../contracts/tasks';
import type { StandingEffect, Subject } from '../record';

/** A task of a partner. `about` says which one it is, where a kind may have several. */
export type PartnerTask = Task & { kind: PartnerTaskKind };

/** An effect ends as soon as something newer is recorded about the same thing. */
interface PartnerEffect extends StandingEffect {
  about: string[];
}

/**
 * Everything a partner's record knows: plain JSON, made by `evolve` alone. It lives as long as the partner does, so
 * nothing in it grows with time alone.
 */
export interface Partner extends PartnerFacts, Subject {
  effects: Record<string, PartnerEffect>;
  utcOffset: string;
  openTasks: PartnerTask[];
  /** Tasks opened so far, by kind: numbers their ids. */
  tasksOpened: Record<string, number>;
  /** What is due when, earliest first. Computed when something was decided, never here. */
  deadlines: PartnerDeadline[];
  /** Offerings that were given up: their enrollment ends on its last day and is not renewed. */
  withdrawn: string[];
  registeredAt: string;
  updatedAt: string;
}

export const deadlineId = ({ kind, at }: Pick<PartnerDeadline, 'kind' | 'at'>): string => `${kind}:${at}`;
