import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { ACCESS } from '../../client/api/access/accessTable';
import { loadRulebooks } from '../../records/rulebooks';
import { inRepository } from '../repository';
import { accessPage } from './accessPage';
import { contractText, typesCommand } from './contract';
import { rulesPage } from './rulesPage';

const write = (page: string, text: string) => writeFileSync(inRepository('docs', page), text);

/** Writes what of `docs/` follows from data and code; with `--release`, also the contract that later ones must not break. */
async function main(): Promise<void> {
  write('rules.md', rulesPage(loadRulebooks()));
  write('access.md', accessPage(ACCESS));
  const contract = await contractText();
  write('openapi.json', contract);
  if (process.argv.includes('--release')) write('openapi.released.json', JSON.stringify(JSON.parse(contract)));
  execFileSync(process.execPath, typesCommand(), { stdio: ['ignore', 'ignore', 'inherit'] });
}

void main();
