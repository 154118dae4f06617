import type { Actor } from '../../contracts/messages';
import { moment } from '../wording';

/** Something a person can do about it. */
export interface Way {
  /** What becomes of it then. */
  leadsTo: string;
  /** Capital words in it stand for what only the person knows; `PLACEHOLDERS` tells what each takes. */
  command: string;
}

/** An open task, explained. */
export interface TaskExplained {
  taskId: string;
  title: string;
  /** For whom, in which account, until when, and who is at it. */
  who: string;
  /** What to do, in lines. */
  instructions: string[];
  /** What it holds up, and what happens meanwhile. */
  means: string;
  ways: Way[];
}

/** Why something is where it is, and what would move it: sentences for people, instants in UTC. */
export interface Why {
  where: string;
  /** What it waits for, from whom, and until when. */
  waitsFor: string;
  /** What happens if nobody does anything. */
  otherwise: string;
  ways: Way[];
  /** What was said in vain since anything was last recorded. */
  refused: string[];
  atRisk: string[];
  tasks: TaskExplained[];
}

/** What the capital words in a command stand for. */
export const PLACEHOLDERS = {
  NUMBER: 'a number as it was mailed or as SAVB shows it',
  MAIL: 'an e-mail address',
  NAME: 'a name, in quotes where it has spaces',
  TEXT: 'a few words, in quotes',
  CODE: 'a code of the rules: an offering, a competency',
  ID: 'an id as it stands in the record',
  DAYS: 'a number of days',
  DAY: 'a day, YYYY-MM-DD',
  INSTANT: 'an instant, YYYY-MM-DDThh:mm:ssZ',
  TIER: 'silver or gold',
  STATUS: 'what SAVB shows: approved, held, sent, paid, rejected, cancelled, denied …',
  FILE: 'a file on this machine',
} as const;

const PEOPLE: Partial<Record<string, string>> = {
  customer: 'the customer',
  partnerAdmin: 'a Partner Admin',
  globalAdmin: 'a Global Admin',
  consultant: 'a consultant',
  operator: 'an operator',
  support: 'support staff',
} satisfies Partial<Record<Actor['role'] | 'customer', string>>;

/** Whoever is asked, as a sentence names them. */
export const people = (from: string): string => PEOPLE[from] ?? from;

/** The end of a sentence that has an instant to be done by. */
export const until = (at: string | undefined): string => (at === undefined ? '' : `, until ${moment(at)}`);
