import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inRepository } from '../../dev/repository';
import { buildWorkflowBundle, bundleOptions } from '../../worker/bundle';

const BUILT = {
  plain: inRepository('dist', 'workflow-bundle.js'),
  encrypting: inRepository('dist', 'workflow-bundle.encrypting.js'),
};

const bundles: Partial<Record<keyof typeof BUILT, Promise<string>>> = {};

/** Workflow code is the same for every test of a file, and for every file as long as the built bundle is newer than its sources. */
export function workflowCode(encrypts = false): Promise<string> {
  const kind = encrypts ? 'encrypting' : 'plain';
  return (bundles[kind] ??= isBuilt(BUILT[kind])
    ? readFile(BUILT[kind], 'utf8')
    : buildWorkflowBundle(bundleOptions({ encrypts })));
}

function isBuilt(bundle: string): boolean {
  const sources = ['workflows', 'domain', 'contracts', 'worker', 'codec'].flatMap((room) =>
    readdirSync(inRepository(room), { recursive: true, encoding: 'utf8' }).map((file) => inRepository(room, file)),
  );
  const writtenAt = (file: string) => statSync(file).mtimeMs;
  return existsSync(bundle) && Math.max(...sources.map(writtenAt)) < writtenAt(bundle);
}
