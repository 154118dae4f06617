import type { Client } from '@temporalio/client';
import { engagementWorkflowId } from '../../contracts/names';
import type { AnyDocument } from '../../records/recovery/kinds';
import type { Recovery } from '../../records/recovery/open';
import { complete } from '../../recovery/complete';
import { recordedMessage } from '../records/samples';

const runs = [
  ['E-1', 'r-1'],
  ['E-2', 'r-2'],
  ['E-1', 'r-3'],
].map(([id, runId]) => ({ type: 'engagement', workflowId: engagementWorkflowId(id!), runId: runId! }));

/** Temporal as far as it is asked: each run tells of one message. */
const client = {
  options: { namespace: 'default', loadedDataConverter: { payloadCodecs: [] } },
  workflowService: { getWorkflowExecutionHistory: async () => ({}) },
  withDeadline: (_deadline: number, ask: () => Promise<unknown>) => ask(),
  workflow: {
    async *list() {
      yield* runs;
    },
    getHandle: () => ({
      query: async (_name: string, version: number) => (version === 0 ? [recordedMessage()] : []),
    }),
  },
} as unknown as Client;

/** A record that takes its time, and notes whose messages are being put there at once. */
function slowRecovery() {
  const [busy, most] = [new Map<string, number>(), new Map<string, number>()];
  const recovery: Partial<Recovery> = {
    restoredFrom: async () => '2020-08-01T00:00:00.000Z',
    async addToRecord(_name: string, id: string, documents: readonly AnyDocument[]) {
      busy.set(id, (busy.get(id) ?? 0) + 1);
      most.set(id, Math.max(most.get(id) ?? 0, busy.get(id)!));
      await new Promise(setImmediate);
      busy.set(id, busy.get(id)! - 1);
      return documents.length;
    },
    rebuildRestored: async () => ({ subjects: 0, rows: 0, changed: 0, gaps: [] }),
    reconcile: async () => ({ changed: 0, undocumented: [], contradictions: [], unusedNumbers: [] }),
    markComplete: async () => undefined,
  };
  return { recovery: recovery as Recovery, most };
}

test('the runs of one subject are taken over one after another', async () => {
  const { recovery, most } = slowRecovery();
  expect(await complete({ client, recovery, records: {} as never }, { accepted: false })).toMatchObject({
    ...{ runs: 3, messages: 3, problems: [] },
  });
  expect(Object.fromEntries(most)).toStrictEqual({ 'E-1': 1, 'E-2': 1 });
});
