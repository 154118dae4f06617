import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../client/cliSupport';
import type { ApiHouse } from '../client/apiHouse';
import type { Case } from '../support/case';
import type { House, HouseOptions } from '../support/house';
import type { PartnerCase } from '../support/partnerCase';
import { filling, quotedIn, wordsOf, type Procedure } from './runbook';
import { cardOf, envOf, settled, standingOf, whyCommandOf, wordsAbout, type Standing } from './support';

/** One exception, brought about so that the runbook can be followed. */
export interface Rehearsal<Home extends House = House> {
  /** `E2`. */
  exception: string;
  make: (house: Home, around: Around) => Promise<Made>;
  /** What its house differs in; only where it has one of its own. */
  options?: Partial<HouseOptions>;
}

/** What else there is for bringing an exception about. */
export interface Around {
  api: ApiHouse;
  /** For files; gone when the rehearsal is over. */
  folder: string;
}

/** The exception has happened. */
export interface Made {
  /** Whose card shows it, and about whom `why` is asked. */
  about: Case | PartnerCase;
  /** What stands for the words in `<…>`, beside those that `wordsAbout` knows; these go before them. */
  placeholders?: Record<string, string>;
  /** What people do outside the system before the commands. */
  outside?: () => Promise<void>;
  /** Where it stands when the commands have worked. */
  movedOn: Standing;
}

/** What was seen and done in a rehearsal. */
export interface Evidence {
  procedure: Procedure;
  passed: boolean;
  card?: string;
  why?: string;
  /** The commands as they were run, with what they answered. */
  ran: { command: string; answer: string }[];
  whyAfter?: string;
}

/** Does what docs/runbook.md says about an exception, and notes in `evidence` what there was to see. */
export async function rehearse<Home extends House>(
  { make }: Rehearsal<Home>,
  { house, api }: { house: Home; api: ApiHouse },
  evidence: Evidence,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-rehearsal-'));
  try {
    await follow(await make(house, { api, folder }), api, evidence);
  } finally {
    evidence.ran = evidence.ran.map(({ command, answer }) => ({
      command: command.replaceAll(folder, '.'),
      answer: answer.replaceAll(folder, '.'),
    }));
    await rm(folder, { recursive: true });
  }
}

async function follow(made: Made, api: ApiHouse, evidence: Evidence): Promise<void> {
  const { parts, who, commands } = evidence.procedure;
  const { about, placeholders, outside, movedOn } = made;
  const fill = filling({ ...wordsAbout(about), ...placeholders });
  const sees = quotedIn(parts['You see']).map(fill);
  const checks = quotedIn(parts.Check).map(fill);
  const why = async () => (await run(whyCommandOf(about), await envOf(api, about, 'operator'))).stdout;

  evidence.why = await settled(why, hasAll(sees));
  evidence.card = await cardOf(about);
  for (const phrase of sees) for (const shown of [evidence.why, evidence.card]) expect(shown).toContain(phrase);
  expect(hasAll(checks)(evidence.why)).toBe(false);

  await outside?.();
  for (const command of commands.map(fill)) {
    const { code, stdout, stderr } = await run(wordsOf(command), await envOf(api, about, who));
    evidence.ran.push({ command, answer: stdout });
    if (code !== 0) throw new Error(`${command}\nended with ${code}: ${stderr}`);
  }
  const isThere = (standing: Standing) => JSON.stringify(standing) === JSON.stringify(movedOn);
  expect(await settled(() => standingOf(about), isThere)).toStrictEqual(movedOn);
  evidence.whyAfter = await settled(why, hasAll(checks));
  for (const phrase of checks) expect(evidence.whyAfter).toContain(phrase);
  evidence.passed = true;
}

const hasAll =
  (phrases: string[]) =>
  (text: string): boolean =>
    phrases.every((phrase) => text.includes(phrase));
