import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { WorkflowHandle } from '@temporalio/client';

/** Everything that Temporal stores of a workflow, with the content of its payloads as text where it is text. */
export async function storedText(handle: WorkflowHandle): Promise<string> {
  const { raw } = await handle.describe();
  const stored = [historyToJSON(await handle.fetchHistory()), JSON.stringify(raw, bytesAsText)].join('\n');
  return stored.replace(/"([A-Za-z0-9+/]{4,}=*)"/g, (_, encoded: string) =>
    [encoded, Buffer.from(encoded, 'base64').toString('utf8')].join(' '),
  );
}

/** `JSON.stringify` shows a buffer as its bytes before anybody else sees it. */
const bytesAsText = (_name: string, value: unknown): unknown => {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: number[] };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data).toString('utf8') : value;
};
