import type { Doing } from './commands';

/** What there is to say about every task of a kind. */
export interface Explained<Resolution extends string = string> {
  means: string;
  /** What each way of resolving leads to. */
  resolutions: { [Way in Resolution]: string };
  /** What helps beside resolving it; it may depend on what the task is about. */
  doings?: readonly Doing[] | ((about: string | undefined) => readonly Doing[]);
}
