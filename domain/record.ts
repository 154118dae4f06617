import type { Actor } from '../contracts/messages';
import type { Refusal } from './refusals';

/** How a fact came to be on record. */
export interface Stamp {
  /** Position among all events of its subject: 1, 2, 3 … */
  version: number;
  /** Instant of the decision. */
  at: string;
  messageId: string;
  actor: Actor;
}

/** Events with their stamps: the positions after `version`, the rest from their message. */
export const stamped = <Event extends object>(
  events: readonly Event[],
  version: number,
  { at, messageId, actor }: Omit<Stamp, 'version'>,
): (Event & Stamp)[] =>
  events.map((event, index) => ({ ...event, version: version + index + 1, at, messageId, actor }));

/**
 * What one message led to, recorded in one insert. `fromVersion` is the version it was decided on, so its events have
 * the versions `fromVersion + 1 …`; the first document for a `fromVersion` wins.
 */
export interface Recorded<Event> {
  fromVersion: number;
  messageId: string;
  /** SHA-256 of message name and canonical payload. */
  fingerprint: string;
  message: string;
  events: Event[];
  /** What was said is forgotten, and the fingerprint stands for another. */
  forgotten?: true;
}

/** Whether what is on record under a message's id is what was `said`, a fingerprint. Of what is forgotten the id alone tells. */
export const saysTheSame = (
  { fingerprint, forgotten }: Pick<Recorded<unknown>, 'fingerprint' | 'forgotten'>,
  said: string,
): boolean => forgotten === true || fingerprint === said;

/** A message whose effect stands until something undoes it. */
export interface StandingEffect {
  messageId: string;
  message: string;
}

/** What every subject with a record of its own knows about itself: an engagement, a partner. */
export interface Subject {
  /** Number of recorded events. */
  version: number;
  /** By fingerprint: the same content said again has no second effect. */
  effects: Record<string, StandingEffect>;
}

/**
 * The effects that stand after a message: its own, unless messages of its name never stand, and the earlier ones except for
 * those of the `undone` names. A refusal has none.
 */
export function effectsAfter(
  effects: Subject['effects'],
  { events, message, messageId, fingerprint }: Omit<Recorded<{ type: string }>, 'fromVersion'>,
  undone: readonly string[],
  neverStanding: readonly string[],
): Subject['effects'] {
  if (events.length === 0 || events.some(({ type }) => type === 'MessageRefused')) return effects;
  const standing = Object.entries(effects).filter(([, effect]) => !undone.includes(effect.message));
  if (!neverStanding.includes(message)) standing.push([fingerprint, { messageId, message }]);
  return Object.fromEntries(standing);
}

type MaybeRefused = { type: string; data: object };

/** The refusal a message led to, if it was refused. */
export function refusalIn({ events }: { events: readonly MaybeRefused[] }): Refusal | undefined {
  const refused = events.find(({ type }) => type === 'MessageRefused');
  return (refused?.data as { refusal: Refusal } | undefined)?.refusal;
}
