import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { engagementWorkflowId, invoiceReference } from '../../contracts/names';
import { inRepository } from '../../dev/repository';
import type { Running } from '../../dev/servers/process';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { tellSavb } from '../support/house';
import { openProcesses, type Processes } from '../support/processes';
import type { Noted } from '../support/savbProxy';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(120_000);

/** The key of an invoice as SAVB receives it, `reference` and `MS-RequestId`: real workers, each call noted on its way. */
const temporal = temporalServer();
const mongo = mongoServer();
let processes: Processes;
let worker: Running;
beforeAll(async () => {
  processes = await openProcesses({ address: temporal().address, mongoUri: mongo().uri });
  worker = await processes.startWorker();
});
afterAll(() => processes.stop());

const fault = (...faults: object[]) => tellSavb(processes.savbUrl, 'faults', { faults });

/** The payment requests sent for an engagement, in their order. */
const sentFor = ({ engagementId }: Case): Noted[] =>
  processes.proxy.noted.filter(({ reference }) => reference?.startsWith(`${engagementId}:`));

async function untilSent(engagement: Case, times: number): Promise<void> {
  await eventually(
    async () => sentFor(engagement).length,
    (sent) => sent === times,
  );
}

async function redeemed(): Promise<Case> {
  const engagement = await Case.start(processes);
  await engagement.untilRedeemed();
  return engagement;
}

const untilRequested = (engagement: Case) => engagement.until(({ stage }) => stage === 'paymentRequested');

/** It was sent twice, both times under the one key, and SAVB has it once. */
async function expectOneKey(engagement: Case): Promise<void> {
  const [first, ...more] = sentFor(engagement);
  expect(first).toStrictEqual({
    method: 'POST',
    path: '/payment-requests',
    reference: invoiceReference(engagement.engagementId, 1),
    requestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/) as string,
  });
  expect(more).toStrictEqual([first]);
  expect(await engagement.booked()).toHaveLength(1);
}

describe('the key of an invoice stays the same', () => {
  test('when the activity is tried again', async () => {
    await fault({ fault: 'throttle', retryAfter: 1 });
    const engagement = await redeemed();
    await untilRequested(engagement);
    await expectOneKey(engagement);
  });

  test('when the worker dies in the middle of the call', async () => {
    await fault({ fault: 'hang' });
    const engagement = await redeemed();
    await untilSent(engagement, 1);
    await worker.kill('SIGKILL');
    await worker.restart();
    await untilRequested(engagement);
    await expectOneKey(engagement);
  });

  test('when another build of the worker takes over in the middle of the call', async () => {
    const build = await anotherBuild();
    await fault({ fault: 'hang' });
    const engagement = await redeemed();
    await untilSent(engagement, 1);
    await worker.kill('SIGKILL');
    try {
      const other = await processes.startWorker(path.join(build, 'dist'));
      await untilRequested(engagement);
      await expectOneKey(engagement);
      await other.stop();
    } finally {
      await worker.restart();
      await rm(build, { recursive: true });
    }
  });

  test('when the workflow is reset to its beginning after the call', async () => {
    await fault({ fault: 'drop' });
    const engagement = await redeemed();
    await untilSent(engagement, 1);
    await resetToBeginning(engagement);
    await untilRequested(engagement);
    await expectOneKey(engagement);
  });

  test('when the workflow is started a second time under its id', async () => {
    await fault({ fault: 'drop' });
    const engagement = await redeemed();
    await untilSent(engagement, 1);
    await engagement.handle.terminate('lost');
    const again = await Case.start(processes, { engagementId: engagement.engagementId });
    await untilRequested(again);
    await expectOneKey(engagement);
  });
});

test('a corrected invoice has another key', async () => {
  await fault({ fault: 'refuse', status: 422, body: { code: 'invalidField', field: 'locationId', message: 'closed' } });
  const engagement = await redeemed();
  await engagement.until(({ tasks }) => tasks.some(({ kind }) => kind === 'paymentRejected'));
  const changes = { locationId: 'contoso-se' };
  await engagement.send('correctPaymentRequest', { changes, reason: 'open again' });
  await untilRequested(engagement);
  const [refused, corrected, ...more] = sentFor(engagement);
  expect([refused?.reference, corrected?.reference]).toStrictEqual(
    [1, 2].map((seq) => invoiceReference(engagement.engagementId, seq)),
  );
  expect(corrected?.requestId).not.toBe(refused?.requestId);
  expect(more).toStrictEqual([]);
});

/** The workers of tomorrow: the same code for the same histories, in a bundle with another checksum. */
async function anotherBuild(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-build-'));
  await cp(inRepository('dist'), path.join(folder, 'dist'), { recursive: true });
  await cp(inRepository('package.json'), path.join(folder, 'package.json'));
  await symlink(inRepository('node_modules'), path.join(folder, 'node_modules'));
  const bundle = path.join(folder, 'dist', 'workflow-bundle.js');
  await writeFile(bundle, `// another build\n${await readFile(bundle, 'utf8')}`);
  return folder;
}

async function resetToBeginning({ handle, engagementId }: Case): Promise<void> {
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes);
  await processes.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: engagementWorkflowId(engagementId) },
    reason: 'test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: firstTask?.eventId,
  });
}
