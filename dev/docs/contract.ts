import { createApi } from '../../client/api/app';
import type { ApiDependencies } from '../../client/api/dependencies';
import { loadRulebooks } from '../../records/rulebooks';
import { inRepository } from '../repository';

/** The contract of the API, as `/openapi.json` answers it, in the form in which it is committed. */
export async function contractText(): Promise<string> {
  // The contract follows from the routes: nothing behind them is asked, and so there is nothing to close.
  const dependencies: Partial<ApiDependencies> = { rulebooks: loadRulebooks(), edition: '2020-06' };
  const api = await createApi({ records: {}, ...dependencies } as ApiDependencies, false);
  const document = (await api.inject('/openapi.json')).json<object>();
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What Node is to run to write `docs/openapi.d.ts` out of `docs/openapi.json`, or to say that it is not current. */
export const typesCommand = (...options: string[]): string[] => [
  inRepository('node_modules', 'openapi-typescript', 'bin', 'cli.js'),
  inRepository('docs', 'openapi.json'),
  '--output',
  inRepository('docs', 'openapi.d.ts'),
  ...options,
];
