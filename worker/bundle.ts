import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type BundleOptions } from '@temporalio/worker';
import { FAILURE_CONVERTER } from '../codec/dataConverter';

const besideTheCode = (file: string): string => path.join(__dirname, '..', file);

/** Where the built workflow bundle lies, beside the compiled code. */
export const BUNDLE_FILE = besideTheCode('workflow-bundle.js');
/** The same workflows, with the texts of their failures in payloads for the codec to encrypt. */
export const ENCRYPTING_BUNDLE_FILE = besideTheCode('workflow-bundle.encrypting.js');
/** What makes a bundle of the second kind. */
export const ENCRYPTING: Partial<BundleOptions> = { failureConverterPath: FAILURE_CONVERTER };

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

async function writeBundles(): Promise<void> {
  await writeFile(BUNDLE_FILE, await buildWorkflowBundle());
  await writeFile(ENCRYPTING_BUNDLE_FILE, await buildWorkflowBundle(ENCRYPTING));
}

if (require.main === module) void writeBundles();
