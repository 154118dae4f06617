import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Dependencies } from '../../activities';
import {
  engagementWorkflowId,
  reconciliationWorkflowId,
  RECONCILIATION_WORKFLOW,
  TASK_QUEUE,
} from '../../contracts/names';
import type { ReconciliationResult, WorkflowCheck } from '../../contracts/reconciliation';
import { evolveAll } from '../../domain/engagement/evolve';
import { Case, OPERATOR } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { bookStray, cancelStray } from '../support/stray';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();

/** What happens as soon as our side has been read, and before SAVB's is. */
let betweenBothSides: (() => Promise<void>) | undefined;
/** What SAVB's list answers instead. */
let listInstead: Dependencies['paymentTool']['list'] | undefined;
/** Whose view is not brought up to its record any more. */
let notShown: string | undefined;
const meddling = (usual: Dependencies): Dependencies => ({
  ...usual,
  records: {
    ...usual.records,
    engagements: {
      ...usual.records.engagements,
      show: async (view) => (view.engagementId === notShown ? view : usual.records.engagements.show(view)),
    },
  },
  paymentTool: {
    ...usual.paymentTool,
    async list(after) {
      const meddle = betweenBothSides;
      betweenBothSides = undefined;
      await meddle?.();
      return (listInstead ?? usual.paymentTool.list)(after);
    },
  },
});

let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, dependencies: meddling });
});
afterAll(() => house.stop());
afterEach(() => {
  listInstead = undefined;
});

const reconcile = (): Promise<ReconciliationResult> =>
  house.client.workflow.execute(RECONCILIATION_WORKFLOW, {
    workflowId: reconciliationWorkflowId(randomUUID()),
    taskQueue: TASK_QUEUE,
    args: [],
  });

/** Reconciles until what was done is out of its youth and shows, or until it is healed. */
const reconcileUntil = (fits: (result: ReconciliationResult) => boolean) => eventually(reconcile, fits);

const differs = ({ counts }: ReconciliationResult): boolean =>
  counts.missingThere + counts.missingHere + counts.amountDiffers > 0;

const openTasks = async () => {
  const { items } = await house.records.tasks.list({ kind: 'recordsDiffer', status: 'open', limit: 100 });
  return items.filter(({ taskId }) => taskId.startsWith('reconciliation:'));
};

/** Once it is healed nothing differs and no task is left open. */
async function expectHealed(): Promise<void> {
  const result = await reconcileUntil((each) => !differs(each));
  expect([result.missingThere, result.missingHere, result.amountDiffers]).toStrictEqual([[], [], []]);
  for (const { here, there } of result.sums) expect(here).toBe(there);
  expect(await openTasks()).toStrictEqual([]);
}

async function submitted(): Promise<Case> {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  return engagement;
}

const referenceOf = ({ engagementId }: Case) => `${engagementId}:invoice:1`;
const numberOf = async (engagement: Case): Promise<string> => (await engagement.booked())[0]!.microsoftReferenceNumber;

describe('a day on which all is well', () => {
  test('both sides have the same, add up to the same, and nobody has anything to do', async () => {
    const engagements = [await submitted(), await submitted()];
    await engagements[1]!.advance('paid');
    await engagements[1]!.until(({ stage }) => stage === 'paid');
    const redeemed = await Case.start(house);
    await redeemed.assign();
    const result = await reconcile();
    expect(result).toStrictEqual<ReconciliationResult>({
      savb: 'compared',
      matched: 2,
      underWay: 0,
      missingThere: [],
      missingHere: [],
      amountDiffers: [],
      terminated: [],
      woken: [],
      counts: { missingThere: 0, missingHere: 0, amountDiffers: 0, terminated: 0, woken: 0 },
      sums: [{ currency: 'SEK', here: expect.any(Number) as number, there: result.sums[0]!.here }],
      tasks: { opened: 0, closed: 0 },
    });
    expect(result.sums[0]!.here).toBeGreaterThan(0);
  });

  test('what is booked while both sides are read is no difference', async () => {
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    await engagement.report();
    betweenBothSides = async () => {
      await engagement.redeem();
      await engagement.until(({ stage }) => stage === 'paymentRequested');
    };
    const { matched } = await reconcile();
    expect(matched).toBe(3);
    await expectHealed();
  });

  test('SAVB may be away for a while', async () => {
    await house.savbFaults(
      { fault: 'refuse', on: 'lookup', status: 503 },
      { fault: 'truncate', on: 'lookup' },
      { fault: 'refuse', on: 'lookup', status: 200, body: { items: 'none' } },
      { fault: 'refuse', on: 'lookup', status: 404 },
    );
    expect(await reconcile()).toMatchObject({ savb: 'compared', missingThere: [], missingHere: [] });
  });

  test('a list that comes to no end is asked for again', async () => {
    const seen: (string | undefined)[] = [];
    listInstead = async (after) => {
      seen.push(after);
      if (seen.length === 3) listInstead = undefined;
      return { kind: 'page', items: [], next: 'the same' };
    };
    await reconcile();
    expect(seen).toStrictEqual([undefined, undefined, undefined]);
  });

  test('a long list is read page by page', async () => {
    const strays = Array.from({ length: 7 }, (_, n) => ({
      microsoftReferenceNumber: `P-${n}`,
      reference: `page-${n}`,
      status: 'rejected' as const,
      amount: { minor: 1, currency: 'SEK' },
    }));
    const pages: (string | undefined)[] = [];
    listInstead = async (after = '0') => {
      pages.push(after);
      const from = Number(after);
      const next = from + 3 < strays.length ? String(from + 3) : undefined;
      return { kind: 'page', items: strays.slice(from, from + 3), next };
    };
    const { counts } = await reconcile();
    expect(counts.missingHere).toBe(0);
    expect(pages.slice(0, 3)).toStrictEqual(['0', '3', '6']);
    listInstead = undefined;
    await expectHealed();
  });
});

describe('a difference', () => {
  test('is a payment request that only SAVB has: one task, which closes once SAVB has cancelled it', async () => {
    const stray = await bookStray(house, { reference: 'typed-by-hand' });
    const { missingHere, counts, tasks } = await reconcile();
    expect(missingHere).toStrictEqual([
      {
        reference: 'typed-by-hand',
        there: { amount: { minor: 100, currency: 'SEK' }, microsoftReferenceNumber: stray.microsoftReferenceNumber },
        why: 'nothing is on record under this reference',
      },
    ]);
    expect([counts.missingHere, tasks]).toStrictEqual([1, { opened: 1, closed: 0 }]);
    expect((await reconcile()).tasks).toStrictEqual({ opened: 0, closed: 0 });
    expect(await openTasks()).toMatchObject([
      { taskId: 'reconciliation:typed-by-hand:recordsDiffer:1', role: 'support', status: 'open' },
    ]);
    await cancelStray(house, stray);
    expect((await reconcile()).tasks).toStrictEqual({ opened: 0, closed: 1 });
    await expectHealed();
  });

  test('is a payment request of ours that went out without us: its task is the engagement’s partner’s', async () => {
    const engagement = await Case.start(house);
    const stray = await bookStray(house, { reference: `${engagement.engagementId}:invoice:1` });
    await reconcile();
    const { engagementId } = engagement;
    expect(await openTasks()).toMatchObject([{ engagementId, partnerId: 'contoso-services' }]);
    await cancelStray(house, stray);
    await expectHealed();
  });

  test('is what a person says to have submitted and SAVB does not have', async () => {
    await house.savbFaults({ fault: 'refuse', on: 'submit', status: 401, times: 1_000 });
    const engagement = await Case.start(house);
    await engagement.untilRedeemed();
    await engagement.send('recordPaymentStatus', {
      status: 'submitted',
      at: new Date().toISOString(),
      microsoftReferenceNumber: 'MS-4711',
    });
    await house.savbFaults();
    const { missingThere } = await reconcileUntil(differs);
    const { paymentRequest } = await engagement.view();
    expect(missingThere).toStrictEqual([
      {
        reference: referenceOf(engagement),
        engagementId: engagement.engagementId,
        partnerId: 'contoso-services',
        here: { amount: paymentRequest!.amount, microsoftReferenceNumber: 'MS-4711' },
        why: 'on record it was submitted; SAVB does not have it',
      },
    ]);
    const at = new Date().toISOString();
    await engagement.send('recordPaymentStatus', { status: 'cancelled', at, note: 'was never there' });
    await expectHealed();
  });

  test('is an amount: SAVB has our reference over another one', async () => {
    const engagement = await Case.start(house);
    const reference = referenceOf(engagement);
    const wrong = await bookStray(house, { reference, amount: { minor: 1, currency: 'SEK' } });
    await engagement.untilRedeemed();
    await engagement.until(({ paymentRequest }) => paymentRequest?.status === 'unknown');
    const { amountDiffers, sums } = await reconcile();
    const { paymentRequest } = await engagement.view();
    expect(amountDiffers).toMatchObject([
      {
        reference,
        here: { amount: paymentRequest!.amount },
        there: { amount: { minor: 1, currency: 'SEK' }, microsoftReferenceNumber: wrong.microsoftReferenceNumber },
      },
    ]);
    const [sek] = sums;
    expect(sek!.here - sek!.there).toBe(paymentRequest!.amount.minor - 1);
    await cancelStray(house, wrong);
    await expectHealed();
  });

  test('is a payment request that SAVB took twice', async () => {
    const engagement = await submitted();
    const number = await numberOf(engagement);
    const deduplicates = async (body: { deduplicates: boolean }) =>
      void (await fetch(`${house.savbUrl}/control/behavior`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }));
    await deduplicates({ deduplicates: false });
    const second = await bookStray(house, { reference: referenceOf(engagement) });
    await deduplicates({ deduplicates: true });
    const { missingHere, missingThere } = await reconcile();
    expect(missingHere).toMatchObject([
      {
        reference: referenceOf(engagement),
        there: { microsoftReferenceNumber: second.microsoftReferenceNumber },
        why: `SAVB has this reference more than once, also as ${number}`,
      },
    ]);
    expect(missingThere).toStrictEqual([]);
    await cancelStray(house, second);
    await expectHealed();
  });

  test('keeps its task while the engagement goes on', async () => {
    const engagement = await Case.start(house);
    const stray = await bookStray(house, { reference: referenceOf(engagement) });
    await reconcile();
    await engagement.send('reportVoucherProblem', { problem: 'emailNotForwarded' });
    await engagement.assign();
    await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    await engagement.handle.result();
    expect(await openTasks()).toMatchObject([{ engagementId: engagement.engagementId, status: 'open' }]);
    await cancelStray(house, stray);
    await expectHealed();
  });
});

describe('workflows', () => {
  interface Window {
    since: string;
    until: string;
  }
  const check = (window: Partial<Window> = {}) => {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    const { checkWorkflows } = house.activities;
    return new MockActivityEnvironment().run<[Window], WorkflowCheck, typeof checkWorkflows>(checkWorkflows, {
      since: at(-3_600_000),
      until: at(60_000),
      ...window,
    });
  };

  test('that do not run although their engagement is not over are told of, until they run again', async () => {
    const engagement = await Case.start(house);
    await engagement.assign();
    const { engagementId } = engagement;
    await engagement.handle.terminate('by mistake');
    expect((await check()).terminated).toStrictEqual([
      {
        workflowId: engagementWorkflowId(engagementId),
        partnerId: 'contoso-services',
        stage: 'voucherAssigned',
        workflow: 'TERMINATED',
      },
    ]);
    const longAgo = new Date(Date.now() - 3_600_000).toISOString();
    expect((await check({ until: longAgo })).terminated).toStrictEqual([]);
    const again = await Case.start(house, { engagementId });
    await again.until(({ stage }) => stage === 'voucherAssigned');
    expect((await check()).terminated).toStrictEqual([]);
  });

  test('of engagements that are over may have ended, even where their view does not show it', async () => {
    const engagement = await Case.start(house);
    await engagement.assign();
    notShown = engagement.engagementId;
    await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    await engagement.handle.result();
    expect((await check()).terminated).toStrictEqual([]);
  });

  test('whose record is ahead of them are woken: they take it up, and nothing more is recorded', async () => {
    const engagement = await Case.start(house);
    await engagement.until(({ stage }) => stage === 'awaitingVoucher');
    const { engagementId } = engagement;
    await house.activities.handleMessage(
      evolveAll(await house.records.engagements.all(engagementId)),
      { name: 'assignVoucher', messageId: 'assign-1', actor: OPERATOR, payload: engagement.payloads().assignVoucher },
      new Date().toISOString(),
    );
    const { version } = (await house.records.engagements.view(engagementId))!;
    expect((await check()).woken).toStrictEqual([
      { workflowId: engagementWorkflowId(engagementId), version, workflowVersion: 1 },
    ]);
    await engagement.until(({ stage }) => stage === 'voucherAssigned');
    const recorded = await house.records.engagements.timeline(engagementId);
    expect(recorded).toHaveLength(version);
    expect(await engagement.timeline()).toStrictEqual(recorded);
    expect((await check()).woken).toStrictEqual([]);
  });

  test('of what was recorded before are not asked', async () => {
    const engagement = await Case.start(house);
    await engagement.until(({ stage }) => stage === 'awaitingVoucher');
    const { engagementId } = engagement;
    await house.activities.handleMessage(
      evolveAll(await house.records.engagements.all(engagementId)),
      { name: 'addNote', messageId: 'note-1', actor: OPERATOR, payload: { text: 'hello' } },
      new Date().toISOString(),
    );
    const later = new Date(Date.now() + 30_000).toISOString();
    expect((await check({ since: later })).woken).toStrictEqual([]);
    expect((await check()).woken).toHaveLength(1);
  });
});
