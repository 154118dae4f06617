import { Client } from '@temporalio/client';
import { createRefresh } from '../../client/api/figures';
import { registry } from '../../client/api/metrics';
import { clientConverter } from '../../codec/dataConverter';
import { readPayloadConfig } from '../../config/payloads';
import { startApiProcess } from '../client/apiProcess';
import { OPERATOR } from '../client/apiHouse';
import { run } from '../client/cliSupport';
import { eventually } from '../support/eventually';
import type { Surroundings } from '../support/case';
import { openProcesses } from '../support/processes';
import { commandOf, figureOf } from './alerts';
import { wordsOf } from './runbook';

/** With which the API encrypts payloads, and a worker should. */
export const PAYLOADS = { PAYLOAD_CODEC: 'on', PAYLOAD_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` };

export const isNone = (figure: number): boolean => figure === 0;
export const isOne = (figure: number): boolean => figure === 1;

/** What answers a command of the runbook. */
interface Did {
  code: number;
  stdout: string;
}

export type AlertHouse = Awaited<ReturnType<typeof openAlertHouse>>;

/** Real processes, whose metrics are scraped as Prometheus would, and who does what the runbook says. No worker runs yet. */
export async function openAlertHouse(
  where: { address: string; mongoUri: string },
  settings: { worker: Record<string, string>; api: Record<string, string> },
) {
  const processes = await openProcesses(where, settings.worker);
  const api = await startApiProcess(where, { ...PAYLOADS, ...settings.api });
  const operator = { API_URL: api.url, ENGAGEMENTS_TOKEN: await api.token(OPERATOR) };
  const { connection } = processes.client;
  const dataConverter = clientConverter(readPayloadConfig(PAYLOADS));
  const surroundings: Surroundings = { ...processes, client: new Client({ connection, dataConverter }) };
  let worker: Awaited<ReturnType<typeof processes.startWorker>> | undefined;

  /** What Prometheus would get: nothing from who does not answer. */
  const scrape = async (): Promise<string> => {
    const texts = [worker?.admin, api.admin].map((admin) =>
      fetch(`${admin}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      ),
    );
    return (await Promise.all(texts)).join('\n');
  };

  return {
    ...surroundings,
    processes,
    api,
    operator,
    get worker() {
      return worker!;
    },
    /** Ends the worker, if there is one, and starts another with these settings. */
    async startWorker(own: Record<string, string>): Promise<void> {
      await worker?.stop();
      worker = await processes.startWorker(undefined, own);
    },
    /** What the expression of an alert reads at the processes. */
    figure: async (alert: string, labels?: string): Promise<number> => figureOf(alert, await scrape(), labels),
    untilStanding: untilStandingOver(processes.records),
    /** Resolves once the figure of an alert fits. */
    untilFigure(alert: string, fits: (figure: number) => boolean, labels?: string): Promise<number> {
      return eventually(async () => figureOf(alert, await scrape(), labels), fits);
    },
    /** Whether Prometheus would get figures there, and what its `/readyz` says. */
    async ready(admin: string): Promise<string | undefined> {
      return fetch(`${admin}/readyz`).then(
        (answer) => answer.text(),
        () => undefined,
      );
    },
    /** Runs a command of the runbook for an alert, by its beginning, as an operator. */
    does: (alert: string, beginning: string, words?: Record<string, string>): Promise<Did> =>
      run(wordsOf(commandOf(alert, beginning, words)), operator),
    async stop(): Promise<void> {
      await Promise.all([api.stop(), worker?.stop()]);
      await processes.stop();
    },
  };
}

/**
 * Resolves once what the expression of an alert reads of how things stand fits; `labels` narrow that. As the API shows it,
 * without the seconds for which it keeps that.
 */
export function untilStandingOver(
  records: Parameters<typeof createRefresh>[0]['records'],
  now: () => Promise<number> = async () => Date.now(),
) {
  const standing = async (alert: string, labels?: string): Promise<number> => {
    const at = await now();
    await createRefresh({ records, needs: {}, now: () => at })({ warn: () => undefined });
    return figureOf(alert, await registry.metrics(), labels);
  };
  return (alert: string, fits: (figure: number) => boolean, labels?: string): Promise<number> =>
    eventually(() => standing(alert, labels), fits);
}
