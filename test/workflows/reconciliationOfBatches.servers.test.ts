import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Dependencies } from '../../activities';
import { batchWorkflowId, RECONCILIATION_WORKFLOW, reconciliationWorkflowId, TASK_QUEUE } from '../../contracts/names';
import type { ReconciliationResult, WorkflowCheck } from '../../contracts/reconciliation';
import { evolveAll } from '../../domain/batch/evolve';
import { Case, OPERATOR } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();

/** SAVB has lost everything. */
let isEmpty = false;
const forgetful = (usual: Dependencies): Dependencies => ({
  ...usual,
  paymentTool: {
    ...usual.paymentTool,
    list: async (after) => (isEmpty ? { kind: 'page', items: [] } : usual.paymentTool.list(after)),
  },
});

let house: House;
beforeAll(async () => {
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openHouse({ ...where, batched: { size: 2 }, dependencies: forgetful });
});
afterAll(() => house.stop());

const reconcile = (): Promise<ReconciliationResult> =>
  house.client.workflow.execute(RECONCILIATION_WORKFLOW, {
    workflowId: reconciliationWorkflowId(randomUUID()),
    taskQueue: TASK_QUEUE,
    args: [],
  });

function check(): Promise<WorkflowCheck> {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const window = { since: at(-3_600_000), until: at(60_000) };
  const { checkWorkflows } = house.activities;
  return new MockActivityEnvironment().run<[typeof window], WorkflowCheck, typeof checkWorkflows>(
    checkWorkflows,
    window,
  );
}

async function collected(): Promise<string> {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  const { paymentRequest } = await engagement.until((view) => view.paymentRequest?.batchId !== undefined);
  return paymentRequest!.batchId!;
}

test('a batch goes its way under the eyes of reconciliation', async () => {
  const batchId = await collected();
  const workflowId = batchWorkflowId(batchId);
  const handle = house.client.workflow.getHandle(workflowId);

  // Its record goes on, and it hears nothing of it.
  const state = evolveAll(await house.records.batches.all(batchId));
  await house.activities.handleBatchMessage(
    state,
    { batchId, name: 'addNote', messageId: 'note-1', actor: OPERATOR, payload: { text: 'hello' } },
    new Date().toISOString(),
  );
  const { version } = (await house.records.batches.view(batchId))!;
  expect((await check()).woken).toStrictEqual([{ workflowId, version, workflowVersion: state!.version }]);
  await eventually(
    () => handle.query<{ version: number }>('view'),
    (view) => view.version === version,
  );
  expect(await check()).toMatchObject({ woken: [], terminated: [] });

  // Somebody ends its workflow.
  await handle.terminate('by mistake');
  expect((await check()).terminated).toStrictEqual([
    { workflowId, partnerId: 'contoso-services', stage: 'collecting', workflow: 'TERMINATED' },
  ]);

  // The next voucher has it take up its record and completes it.
  expect(await collected()).toBe(batchId);
  await eventually(
    () => house.records.batches.view(batchId),
    (view) => view?.stage === 'paymentRequested',
  );
  expect(await reconcile()).toMatchObject({ matched: 1, missingThere: [], missingHere: [], terminated: [] });

  isEmpty = true;
  const { missingThere } = await eventually(reconcile, ({ counts }) => counts.missingThere > 0);
  isEmpty = false;
  expect(missingThere).toMatchObject([
    {
      reference: `${batchId}:invoice:1`,
      batchId,
      partnerId: 'contoso-services',
      here: { amount: { currency: 'SEK' } },
    },
  ]);
  expect((await reconcile()).tasks).toStrictEqual({ opened: 0, closed: 1 });
});
