import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inRepository } from '../../dev/repository';
import { buildWorkflowBundle } from '../../worker/bundle';

const BUILT_BUNDLE = inRepository('dist', 'workflow-bundle.js');

let bundle: Promise<string> | undefined;

/** Workflow code is the same for every test of a file, and for every file as long as the built bundle is newer than its sources. */
export const workflowCode = (): Promise<string> =>
  (bundle ??= isBuilt() ? readFile(BUILT_BUNDLE, 'utf8') : buildWorkflowBundle());

function isBuilt(): boolean {
  const sources = ['workflows', 'domain', 'contracts', 'worker'].flatMap((room) =>
    readdirSync(inRepository(room), { recursive: true, encoding: 'utf8' }).map((file) => inRepository(room, file)),
  );
  const writtenAt = (file: string) => statSync(file).mtimeMs;
  return existsSync(BUILT_BUNDLE) && Math.max(...sources.map(writtenAt)) < writtenAt(BUILT_BUNDLE);
}
