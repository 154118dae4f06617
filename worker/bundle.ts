import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type BundleOptions } from '@temporalio/worker';
import { FAILURE_CONVERTER } from '../codec/dataConverter';
import { TRACED_WORKFLOWS } from '../telemetry/tracing';

/** The same workflows, with what may be added to them. */
export interface BundleKind {
  /** The texts of failures are in payloads, for the codec to encrypt. */
  encrypts?: boolean | undefined;
  /** They tell their traces. */
  traces?: boolean | undefined;
}

/** Where the built bundle of a kind lies, beside the compiled code. */
export const bundleFile = ({ encrypts, traces }: BundleKind = {}): string =>
  path.join(__dirname, '..', `workflow-bundle${encrypts ? '.encrypting' : ''}${traces ? '.traced' : ''}.js`);

/** What makes a bundle of a kind. */
export const bundleOptions = ({ encrypts, traces }: BundleKind): Partial<BundleOptions> => ({
  ...(encrypts && { failureConverterPath: FAILURE_CONVERTER }),
  ...(traces && { workflowInterceptorModules: [TRACED_WORKFLOWS] }),
});

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
  for (const encrypts of [false, true])
    for (const traces of [false, true])
      await writeFile(bundleFile({ encrypts, traces }), await buildWorkflowBundle(bundleOptions({ encrypts, traces })));
}

if (require.main === module) void writeBundles();
