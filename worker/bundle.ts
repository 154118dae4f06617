import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Where the built workflow bundle lies, beside the compiled code. */
export const BUNDLE_FILE = path.join(__dirname, '..', 'workflow-bundle.js');

/** Bundles the workflows: as much as a worker loads, built once instead of at every start. */
export async function buildWorkflowBundle(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    logger: new DefaultLogger('WARN'),
  });
  return code;
}

if (require.main === module) void buildWorkflowBundle().then((code) => writeFile(BUNDLE_FILE, code));
