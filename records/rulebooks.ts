import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { RulebookReference } from '../contracts/engagement';
import { ratesSchema, rulebookSchema, type Rates, type Rulebook } from '../contracts/rulebook';
import { fingerprintOf } from './fingerprint';

/** A file of rules or rates cannot be used; the message names the file, the field and the rule it breaks. */
export class InvalidDataFile extends Error {
  override readonly name = 'InvalidDataFile';
}

/** Every edition of the rules there is, read once. Asking for one that is not there throws an error that lists those that are. */
export interface RulebookLibrary {
  edition(id: string): Rulebook;
  /** Names the edition and pins its content: the hash is a SHA-256 over its canonical JSON. */
  reference(id: string): RulebookReference;
  ids(): string[];
}

/** The editions this release ships, beside the sources as beside the compiled program. */
const EDITIONS = path.join(__dirname, '..', 'domain', 'rulebook', 'editions');

/** A sample: Microsoft never published its rates. */
const SAMPLE_RATES = path.join(__dirname, '..', 'config', 'rates.sample.json');

/** Reads every `{edition}.json` of the folder. @throws InvalidDataFile */
export function loadRulebooks(folder: string = EDITIONS): RulebookLibrary {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const entries = names.sort().map((name) => readEdition(path.join(folder, name)));
  const editions = new Map(entries.map((entry) => [entry.rulebook.id, entry]));
  const find = (id: string) => {
    const entry = editions.get(id);
    if (!entry)
      throw new Error(`no edition ${id} of the rules; there are ${[...editions.keys()].join(', ') || 'none'}`);
    return entry;
  };
  return {
    edition: (id) => find(id).rulebook,
    reference: (id) => find(id).reference,
    ids: () => [...editions.keys()],
  };
}

/** Reads a table of rates. @throws InvalidDataFile */
export function loadRates(file: string = SAMPLE_RATES): Rates {
  return readData(file, ratesSchema);
}

function readEdition(file: string): { rulebook: Rulebook; reference: RulebookReference } {
  const rulebook = readData(file, rulebookSchema);
  if (`${rulebook.id}.json` !== path.basename(file)) throw new InvalidDataFile(`${file}: id: is not the file's name`);
  return { rulebook, reference: { id: rulebook.id, hash: fingerprintOf('rulebook', rulebook) } };
}

function readData<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  const rules = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new InvalidDataFile(`${file}: ${rules.join('; ')}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // Node quotes the file, line breaks and all.
    const reason = (error as Error).message.replace(/\s+/g, ' ');
    throw new InvalidDataFile(`${file}: ${reason}`, { cause: error });
  }
}
