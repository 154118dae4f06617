import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { MongoClient } from 'mongodb';
import { readTemporalConfig } from '../../config/temporal';
import { TUNING } from '../../worker/worker';
import { BARE_TASK_QUEUE } from './bareTaskQueue';

interface Row {
  _id: string;
  at: Date;
}

function createBareActivities(client: MongoClient) {
  const rows = client.db().collection<Row>('benchBare');
  const write = async (_id: string) => {
    await rows.updateOne({ _id }, { $setOnInsert: { at: new Date() } }, { upsert: true });
  };
  return {
    record: (workflowId: string, message: string) => write(`${workflowId}:${message}`),
    submitInvoice: (workflowId: string) => write(`${workflowId}:invoice`),
  };
}

export type BareActivities = ReturnType<typeof createBareActivities>;

/** The process that runs the bare workflow, with the settings of ours, until SIGTERM. */
async function main(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const { connection: options, namespace } = readTemporalConfig();
  const connection = await NativeConnection.connect(options);
  const client = await new MongoClient(process.env.MONGODB_URI!, {
    writeConcern: { w: 'majority', journal: true },
  }).connect();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: BARE_TASK_QUEUE,
    workflowsPath: require.resolve('./bareWorkflow'),
    activities: createBareActivities(client),
    ...TUNING,
  });
  await worker.run();
  await Promise.all([client.close(), connection.close()]);
}

if (require.main === module)
  main().catch((error: Error) => {
    console.error(error.stack);
    process.exitCode = 1;
  });
