import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRepository } from '../../dev/repository';
import { EVIDENCE_FOLDER } from './evidence';
import { rehearsalsPage } from './page';
import type { Evidence } from './rehearsal';

const FILES = 'test/rehearsals/(atOnce|inTime)\\.servers';

/** `npm run rehearse`: just the rehearsals of the exceptions; writes what they saw into docs/rehearsals.md. */
function main(): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'planning-services-rehearsals-'));
  const args = ['--selectProjects', 'servers', '--maxWorkers=2', '--forceExit', '--testPathPatterns', FILES];
  const { status } = spawnSync(process.execPath, [inRepository('node_modules', 'jest', 'bin', 'jest.js'), ...args], {
    cwd: inRepository(),
    env: { ...process.env, [EVIDENCE_FOLDER]: folder },
    stdio: 'inherit',
  });
  const evidence = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Evidence,
  );
  rmSync(folder, { recursive: true });
  if (evidence.length > 0) writeFileSync(inRepository('docs', 'rehearsals.md'), rehearsalsPage(evidence));
  return status ?? 1;
}

process.exitCode = main();
