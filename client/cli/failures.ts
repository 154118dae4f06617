import type { Problem } from '../../contracts/problems';
import { PROBLEMS } from '../api/problems/problems';
import { awaitingText, plain } from '../wording/text';

/** The command was given wrongly and nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** No answer came back, so nobody knows whether the call was heard. `key` is its Idempotency-Key, if it had one. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  constructor(
    readonly party: string,
    override readonly cause: Error,
    readonly key?: string,
  ) {
    super(`${party} cannot be reached: ${(cause as NodeJS.ErrnoException).code ?? cause.message}`, { cause });
  }
}

/** The API, or the issuer, said no. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  constructor(
    readonly problem: Problem,
    readonly key?: string,
    /** Seconds or HTTP date, as the API gave it. */
    readonly retryAfter?: string,
  ) {
    super(problem.detail);
  }
}

/** Of many things some did not work out; which, and why, has been told already. */
export class PartlyRefused extends Error {
  override readonly name = 'PartlyRefused';
}

const explained = new Map<string, { rule: string; nextStep: string }>(Object.entries(PROBLEMS));

const repeatWith = (key: string): string => `repeat it with --key ${key}, and it takes effect once`;

/** What a person needs to go on after an unreachable party, in lines. */
export function tellUnreachable({ message, key }: Unreachable): string[] {
  return [message, ...(key === undefined ? [] : [`  Unknown:    whether it arrived; ${repeatWith(key)}`])];
}

/** A refusal or failure in lines: what, which fields, the rule behind it, what to do next and what is awaited instead. */
export function tellFailure({ problem, key, retryAfter }: ApiFailure): string[] {
  const { type, title, status, detail, errors = [], awaiting, rule } = problem;
  const code = type.split('/').at(-1) ?? type;
  const undecided = status === 429 || status >= 500;
  const facts: [string, string | undefined][] = [
    ...errors.map(({ pointer, message }): [string, string] => ['Field', `${pointer}: ${message}`]),
    ['Rule', rule ?? explained.get(code)?.rule],
    ['Next step', explained.get(code)?.nextStep],
    ['Awaiting', awaiting && awaitingText(awaiting)],
    ['Try again', retryAfter && (/^\d+$/.test(retryAfter) ? `in ${retryAfter} s` : `after ${retryAfter}`)],
    ['Key', key && (undecided ? repeatWith(key) : key)],
  ];
  return [
    `${undecided ? 'Failed' : 'Refused'}: ${title} (${code}, ${status})`,
    `  ${plain(detail)}`,
    ...facts.flatMap(([label, fact]) => (fact ? [`  ${`${label}:`.padEnd(11)} ${plain(fact)}`] : [])),
  ];
}
