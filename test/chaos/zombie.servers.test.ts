import type { Running } from '../../dev/servers/process';
import { invoiceReference } from '../../contracts/names';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { openProcesses, type Processes } from '../support/processes';
import type { Noted } from '../support/savbProxy';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(240_000);

const temporal = temporalServer();
const mongo = mongoServer();
let processes: Processes;
let worker: Running;
let other: Running | undefined;
beforeAll(async () => {
  processes = await openProcesses({ address: temporal().address, mongoUri: mongo().uri }, { SAVB_QUARANTINE: '3s' });
  worker = await processes.startWorker();
});
afterAll(() => processes.stop());

/** So many calls a worker has under way at once; the next waits for one of them to end. */
const CONNECTIONS = 16;

/** A worker is stopped at three points of a submission at once, for longer than Temporal waits for a sign of life. */
test.each([true, false])(
  'a worker that is stopped and comes back sends no second invoice (SAVB de-duplicates: %p)',
  async (deduplicates) => {
    await behave({ deduplicates });
    const calls = holdUp();
    const engagements = await Promise.all(Array.from({ length: CONNECTIONS + 2 }, reported));
    const [executed, lost, unsent, ...others] = engagements as [Case, Case, Case, ...Case[]];

    // One is with SAVB, whose answer does not come; another never gets there. Each takes up a connection.
    calls.answersOf(executed);
    calls.requestsOf(lost);
    await Promise.all([executed.redeem(), lost.redeem()]);
    await calls.heldUp(2);

    // The third is about to be sent, and waits for a connection, for the others wait for their registrations.
    calls.registrations();
    await unsent.redeem();
    await calls.heldUp(3);
    await Promise.all(others.map((engagement) => engagement.redeem()));
    await Promise.all(others.map(untilPrepared));
    await calls.heldUp(CONNECTIONS);
    calls.letGo(2);
    await eventually(
      () => attemptsAt(unsent),
      ({ length }) => length === 1,
    );
    await worker.kill('SIGSTOP');
    expect(sentFor(unsent)).toStrictEqual([]);

    // Another worker takes over, waits the quarantine out, and finds or sends everything.
    calls.letEverybodyElsePass();
    other = await processes.startWorker();
    for (const engagement of engagements) await untilRequested(engagement);
    expect(sentFor(unsent)).toHaveLength(1);

    // The first worker goes on in the middle of everything: what it held comes free, so it would send now.
    await worker.kill('SIGCONT');
    calls.letGo();
    await eventually(
      () => attemptsAt(unsent),
      ([first]) => first?.outcome?.class !== 'ABSENT',
    );
    for (const engagement of engagements) await expectOneInvoice(engagement);
    expect((await attemptsAt(executed)).map(({ outcome }) => outcome?.class)).toStrictEqual(['SUCCESS']);
    expect((await attemptsAt(unsent)).map(({ outcome }) => outcome?.class)).toStrictEqual(['NOT_SENT', 'SUCCESS']);
    await other.stop();
  },
);

async function behave(behavior: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const url = `${processes.savbUrl}/control/behavior`;
  const { ok } = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(behavior) });
  expect(ok).toBe(true);
}

async function reported(): Promise<Case> {
  const engagement = await Case.start(processes);
  await engagement.assign();
  await engagement.reserve();
  await engagement.report();
  return engagement;
}

/** Its invoice is made, and the call that follows it begins. */
const untilPrepared = ({ engagementId }: Case) =>
  eventually(
    () => processes.records.paymentRequests.get(invoiceReference(engagementId, 1)),
    (row) => row?.document !== undefined,
  );

/** By the record: a query might go to the worker that stands still. */
const untilRequested = ({ engagementId }: Case) =>
  eventually(
    () => processes.records.engagements.view(engagementId),
    (view) => view?.stage === 'paymentRequested',
  );

const attemptsAt = async ({ engagementId }: Case) =>
  (await processes.records.paymentRequests.existing(invoiceReference(engagementId, 1))).attempts;

const sentFor = ({ engagementId }: Case): Noted[] =>
  processes.proxy.noted.filter(({ reference }) => reference?.startsWith(`${engagementId}:`));

/** SAVB has it once, and it was recorded once. */
async function expectOneInvoice(engagement: Case): Promise<void> {
  const booked = (await processes.ledger()).filter(
    ({ type, request }) => type === 'accepted' && request?.reference.startsWith(`${engagement.engagementId}:`),
  );
  expect(booked).toHaveLength(1);
  const submitted = (await engagement.timeline()).filter(({ type }) => type === 'PaymentRequestSubmitted');
  expect(submitted).toHaveLength(1);
}

/** Holds up calls on their way to SAVB or back, in the order in which they come. */
function holdUp() {
  const held: (() => void)[] = [];
  const hold = () => new Promise<void>((resolve) => held.push(resolve));
  const { proxy } = processes;
  const isOf = ({ engagementId }: Case, { reference }: Noted) => reference === invoiceReference(engagementId, 1);
  let executed: Case | undefined;
  let lost: Case | undefined;
  let registrationsToo = false;
  proxy.before = async (call) => {
    if (lost && isOf(lost, call)) {
      await hold();
      throw new Error('lost on its way');
    }
    if (registrationsToo && call.path.startsWith('/registrations/')) await hold();
  };
  proxy.after = async (call) => {
    if (executed && isOf(executed, call)) await hold();
  };
  return {
    answersOf: (engagement: Case) => void (executed = engagement),
    requestsOf: (engagement: Case) => void (lost = engagement),
    registrations: () => void (registrationsToo = true),
    heldUp: (count: number) =>
      eventually(
        async () => held.length,
        (now) => now >= count,
      ),
    /** Lets one go, the oldest being 0, or all. */
    letGo: (index?: number) => {
      for (const go of index === undefined ? held : held.slice(index, index + 1)) go();
    },
    letEverybodyElsePass() {
      registrationsToo = false;
      executed = lost = undefined;
    },
  };
}
