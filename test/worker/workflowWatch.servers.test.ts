import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { engagementWorkflowId, TASK_QUEUE } from '../../contracts/names';
import { createWorkflowWatch } from '../../worker/workflowWatch';
import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();

let house: House;
let connection: NativeConnection;
let watch: ReturnType<typeof createWorkflowWatch>;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
  connection = await NativeConnection.connect({ address: temporal().address });
  watch = createWorkflowWatch(new Client({ connection }));
});
afterAll(async () => {
  await connection.close();
  await house.stop();
});

test('a workflow is told by Temporal’s own word, and by the version its view has', async () => {
  const engagement = await Case.start(house);
  await engagement.assign();
  const workflowId = engagementWorkflowId(engagement.engagementId);
  expect([await watch.statusOf(workflowId), await watch.versionOf(workflowId)]).toStrictEqual(['RUNNING', 2]);
  await engagement.handle.terminate('enough');
  expect(await watch.statusOf(workflowId)).toBe('TERMINATED');
});

test('what does not exist is missing, and what has no view has no version', async () => {
  expect([await watch.statusOf('engagement:none'), await watch.versionOf('engagement:none')]).toStrictEqual([
    'MISSING',
    undefined,
  ]);
  const workflowId = 'reconciliation:1';
  await house.client.workflow.execute('reconciliation', { workflowId, taskQueue: TASK_QUEUE, args: [] });
  expect(await watch.versionOf(workflowId)).toBeUndefined();
});

test('while Temporal is away nothing is said of any workflow', async () => {
  const server = temporal().process;
  if (!server) throw new Error('this test kills its Temporal server: it needs one of its own');
  await server.kill('SIGKILL');
  await Promise.all([
    expect(watch.statusOf('engagement:none')).rejects.toThrow(),
    expect(watch.versionOf('engagement:none')).rejects.toThrow(),
  ]);
  await server.restart();
});
