import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type BundleOptions } from '@temporalio/worker';

/** Where the built workflow bundle lies, beside the compiled code. */
export const BUNDLE_FILE = path.join(__dirname, '..', 'workflow-bundle.js');

/** Bundles the workflows: as much as a worker loads, built once instead of at every start. `instead` replaces or adds parts. */
export async function buildWorkflowBundle(instead: Partial<BundleOptions> = {}): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    payloadConverterPath: require.resolve('../workflows/payloadConverter'),
    logger: new DefaultLogger('WARN'),
    ...instead,
  });
  return code;
}

if (require.main === module) void buildWorkflowBundle().then((code) => writeFile(BUNDLE_FILE, code));
