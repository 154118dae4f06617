import { setTimeout as pause } from 'node:timers/promises';
import { askForToken, createApi } from '../../../client/cli/http';
import type { Reconciliation } from '../../../contracts/reconciliation';

const LOOK_MS = 500;

/** Has the system compare SAVB's books with its own, as `engagements reconcile` does, and answers what came of it. */
export async function reconcile(
  { apiUrl, issuerUrl }: { apiUrl: string; issuerUrl: string },
  signal: AbortSignal,
): Promise<Reconciliation> {
  const api = createApi({ apiUrl, issuerUrl, token: await askForToken(issuerUrl, { role: 'operator' }) });
  let { body } = await api.call<Reconciliation>('POST', '/reconciliations', { key: 'after-the-storm' });
  while (body.status === 'running') {
    await pause(LOOK_MS, undefined, { signal });
    ({ body } = await api.call<Reconciliation>('GET', `/reconciliations/${body.reconciliationId}`));
  }
  return body;
}
