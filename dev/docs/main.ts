import { writeFileSync } from 'node:fs';
import { loadRulebooks } from '../../records/rulebooks';
import { inRepository } from '../repository';
import { rulesPage } from './rulesPage';

/** Writes the pages of `docs/` that follow from data. */
writeFileSync(inRepository('docs', 'rules.md'), rulesPage(loadRulebooks()));
