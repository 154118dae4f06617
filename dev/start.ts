import path from 'node:path';
import { ApiFailure } from '../client/cli/failures';
import { askForToken, createApi } from '../client/cli/http';
import type { EngagementView } from '../contracts/engagement';
import { dayOf } from '../domain/days';
import { patient } from './people';
import { samplePartners } from './sample/partners';
import { seed } from './seed';
import { urlOf } from './settings';
import type { Stack } from './stack';
import { startStack } from './stack';
import { readStackPorts } from './stackPorts';
import { stopOnRequest } from './stopOnRequest';
import { walk } from './walk';

const SAMPLE = 'fabrikam-windows-office';
const operator = { role: 'operator' as const, subject: 'olivia.operator' };
const signal = stopOnRequest();
const say = (line: string): void => console.log(line);

/** `npm start`: everything running, the sample walked once, until Ctrl-C. */
async function main(): Promise<void> {
  const stack = await startStack({ dataDir: path.resolve('.data'), ports: readStackPorts(), say, signal });
  try {
    for (const running of Object.values(stack.processes))
      running?.onUnexpectedEnd((reason) => say(`${running.name} ${reason}; its log: ${running.log}`));
    await tellWhatRuns(stack);
    await walkSample(stack);
    say(`\nThe sample in the browser: ${urlOf(stack.ports.api)}/portal/engagements/${SAMPLE}`);
    say('Everything stays up until Ctrl-C.');
    await new Promise<void>((resolve) =>
      signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve()),
    );
  } finally {
    say('Stopping …');
    await stack.stop();
  }
}

async function tellWhatRuns({ ports, processes, settings, sources, logs }: Stack): Promise<void> {
  const rows = [
    ['portal', `${urlOf(ports.api)}/portal`, 'sign in as olivia.operator, or as mira.holm of a partner'],
    ['API', urlOf(ports.api), `documentation at ${urlOf(ports.api)}/docs`],
    ['Temporal UI', sources.temporal.kind === 'address' ? 'with your server' : urlOf(ports.temporalUi), ''],
    ['Temporal', settings.TEMPORAL_ADDRESS, sources.temporal.source],
    ['MongoDB', settings.MONGODB_URI.replace(/\/\/[^/@]*@/, '//'), sources.mongo.source],
    ['SAVB sandbox', urlOf(ports.savb), 'approves and pays by itself'],
    ...(processes.codec
      ? [['codec server', urlOf(ports.codec), 'shows the Temporal UI what is encrypted'] as const]
      : []),
    ['token issuer', urlOf(ports.issuer), 'npm run -s engagements -- token --role operator'],
    ['admin ports', `${urlOf(ports.workerAdmin)} (worker)`, `${urlOf(ports.apiAdmin)} (API)`],
    ['logs', logs, ''],
  ] as const;
  say('');
  for (const [what, where, note] of rows) say(`${what.padEnd(13)} ${where.padEnd(50)} ${note}`.trimEnd());
  say(`\nOperator token: ${await askForToken(urlOf(ports.issuer), operator)}\n`);
}

/** A problem with the sample is told; whatever runs stays up to be looked at. */
async function walkSample({ ports }: Stack): Promise<void> {
  const today = dayOf(new Date().toISOString(), '+00:00');
  const [partner] = samplePartners(today);
  const [apiUrl, issuerUrl] = [urlOf(ports.api), urlOf(ports.issuer)];
  try {
    const earlier = await walkedBefore(apiUrl, issuerUrl);
    if (earlier)
      say(`The sample engagement ${SAMPLE} of an earlier start is ${earlier.stage}; it is not walked again.`);
    else await walk({ apiUrl, issuerUrl, partner, engagementId: SAMPLE, today, say, signal });
    await seed({ apiUrl, issuerUrl });
  } catch (error) {
    if (!signal.aborted) say(`The sample could not be walked. ${(error as Error).message}`);
  }
}

async function walkedBefore(apiUrl: string, issuerUrl: string): Promise<EngagementView | undefined> {
  const api = patient(createApi({ apiUrl, issuerUrl, token: await askForToken(issuerUrl, operator) }));
  try {
    return (await api.call<EngagementView>('GET', `/engagements/${SAMPLE}`)).body;
  } catch (error) {
    if (error instanceof ApiFailure && error.problem.status === 404) return undefined;
    throw error;
  }
}

main().catch((error: Error) => {
  if (!signal.aborted) console.error(error.message);
  process.exitCode = 1;
});
