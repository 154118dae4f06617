import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { aligned } from '../../client/cli/table';
import type { Evidence } from './rehearsal';
import { procedureOf } from './runbook';

/** Where `npm run rehearse` collects what was seen. */
export const EVIDENCE_FOLDER = 'REHEARSALS_FOLDER';

/**
 * Keeps what the rehearsals of a file saw, called at its top level: a table at its end, and for `npm run rehearse` a file of
 * each. Gives the evidence of a rehearsal that is about to begin.
 */
export function keepEvidence(): (exception: string) => Evidence {
  const kept: Evidence[] = [];
  afterAll(() => {
    const rows = kept.map(({ procedure: { exception, title, commands }, passed }) => [
      exception,
      title,
      passed ? 'pass' : 'FAIL',
      `${commands.length} command${commands.length === 1 ? '' : 's'}`,
    ]);
    process.stdout.write(`${aligned(rows).join('\n')}\n`);
    const folder = process.env[EVIDENCE_FOLDER];
    if (folder === undefined) return;
    for (const evidence of kept)
      writeFileSync(path.join(folder, `${evidence.procedure.exception}.json`), JSON.stringify(evidence));
  });
  return (exception) => {
    const evidence: Evidence = { procedure: procedureOf(exception), passed: false, ran: [] };
    kept.push(evidence);
    return evidence;
  };
}
