import type { Running } from '../../dev/servers/process';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { openProcesses, type Processes } from '../support/processes';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(240_000);

const temporal = temporalServer();
const mongo = mongoServer();
let processes: Processes;
let worker: Running;
beforeAll(async () => {
  processes = await openProcesses({ address: temporal().address, mongoUri: mongo().uri });
  worker = await processes.startWorker();
});
afterAll(() => processes.stop());

test('a worker killed between any two steps loses nothing, and the invoice goes out once', async () => {
  const { records } = processes;
  const engagement = await Case.start(processes);
  await engagement.upload();
  const steps = [
    () => engagement.signal('assignVoucher', engagement.payloads().assignVoucher),
    () => engagement.signal('reserveVoucher', engagement.payloads().reserveVoucher),
    () => engagement.signal('submitCompletionReport', engagement.payloads().submitCompletionReport),
    () => engagement.signal('redeemVoucher', engagement.payloads().redeemVoucher),
    () => engagement.advance('approved'),
    () => engagement.advance('paid'),
  ];
  const stages = ['voucherAssigned', 'reserved', 'completionReported', 'paymentRequested', 'paymentApproved', 'paid'];
  for (const [index, step] of steps.entries()) {
    // Killed with the step under way: what it had done by then is on record or is done again.
    await step();
    await worker.kill('SIGKILL');
    await worker.restart();
    await eventually(
      () => records.engagements.view(engagement.engagementId),
      (view) => view?.stage === stages[index],
    );
  }
  await engagement.handle.result();
  const recorded = await records.engagements.timeline(engagement.engagementId);
  expect(await engagement.timeline()).toStrictEqual(recorded);
  expect(recorded.map(({ version }) => version)).toStrictEqual(recorded.map((_, index) => index + 1));
  expect((await processes.ledger()).filter(({ type }) => type === 'accepted')).toHaveLength(1);
});
