import { WorkflowNotFoundError } from '@temporalio/client';
import type { Dependencies } from '../../activities';
import type { Stage } from '../../contracts/names';
import { addDays } from '../../domain/days';
import type { RecordedMessage } from '../../domain/engagement/events';
import { Case, CONSULTANT, PARTNER_ADMIN } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
/** Called once, right after the next document has been inserted and before anybody hears of it. */
let afterNextInsert: (() => Promise<unknown>) | undefined;
const interruptible = (usual: Dependencies): Dependencies => {
  const record = async (document: RecordedMessage) => {
    const isFirst = await usual.records.engagements.record(document);
    const interrupt = afterNextInsert;
    afterNextInsert = undefined;
    await interrupt?.();
    return isFirst;
  };
  return { ...usual, records: { ...usual.records, engagements: { ...usual.records.engagements, record } } };
};

let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, dependencies: interruptible });
});
afterAll(() => house.stop());

/** An engagement that has come to a stage of the straight path before payment. */
async function startedUntil(stage: Stage): Promise<Case> {
  const engagement = await Case.start(house);
  const steps: [Stage, () => Promise<void>][] = [
    ['voucherAssigned', () => engagement.assign()],
    ['reserved', () => engagement.reserve()],
    ['completionReported', () => engagement.report()],
    ['redeemed', () => engagement.redeem()],
  ];
  for (const [reached, step] of steps) {
    if ((await engagement.until(({ version }) => version > 0)).stage === stage) return engagement;
    await step();
    if (reached === stage) break;
  }
  await engagement.until((view) => view.stage === stage);
  return engagement;
}

describe('a cancelled reservation', () => {
  test('leads back to the assigned voucher, which may be reserved anew on other days', async () => {
    const engagement = await startedUntil('reserved');
    await engagement.send('cancelReservation', { reason: 'another week' }, { actor: PARTNER_ADMIN });
    const cancelled = await engagement.view();
    expect(cancelled).toMatchObject({ stage: 'voucherAssigned', awaiting: { message: 'reserveVoucher' } });
    expect(cancelled.reservation).toBeUndefined();
    const scheduledStart = addDays(engagement.today, 7);
    const anew = { ...engagement.payloads().reserveVoucher, scheduledStart, scheduledEnd: addDays(scheduledStart, 4) };
    await engagement.send('reserveVoucher', anew, { actor: PARTNER_ADMIN });
    expect(await engagement.view()).toMatchObject({ stage: 'reserved', reservation: { scheduledStart } });
  });

  test('keeps the report as withdrawn, and the same report may be submitted again', async () => {
    const engagement = await startedUntil('completionReported');
    const { completionReport } = await engagement.view();
    await engagement.send('cancelReservation', { reason: 'wrong consultant' });
    expect((await engagement.view()).completionReport).toBeUndefined();
    expect((await engagement.timeline()).at(-1)).toMatchObject({
      type: 'ReservationCancelled',
      data: { reason: 'wrong consultant', withdrawnReport: completionReport },
    });
    await engagement.reserve();
    await engagement.send('submitCompletionReport', engagement.payloads().submitCompletionReport, {
      actor: CONSULTANT,
    });
    expect(await engagement.view()).toMatchObject({ stage: 'completionReported', completionReport });
  });

  test('does not release the voucher', async () => {
    const engagement = await startedUntil('reserved');
    await engagement.send('cancelReservation', { reason: 'another week' });
    const other = await Case.start(house);
    const sending = other.send('assignVoucher', engagement.payloads().assignVoucher);
    expect(await other.refusalOf(sending)).toBe('voucher-held');
  });
});

describe('a voucher that is given up', () => {
  test('by replacing it is free for another engagement at once', async () => {
    const engagement = await startedUntil('voucherAssigned');
    const { assignVoucher } = engagement.payloads();
    const voucherId = `${assignVoucher.voucherId}-2`;
    await engagement.send('replaceVoucher', { ...assignVoucher, voucherId, reason: 'reissued' });
    expect(await engagement.view()).toMatchObject({ stage: 'voucherAssigned', voucher: { voucherId } });
    const other = await Case.start(house);
    await other.send('assignVoucher', assignVoucher);
    expect((await other.view()).voucher?.voucherId).toBe(assignVoucher.voucherId);
    const third = await Case.start(house);
    expect(await third.refusalOf(third.send('assignVoucher', { ...assignVoucher, voucherId }))).toBe('voucher-held');
  });

  test('by cancelling the engagement is free for another at once, even while a task is open', async () => {
    const engagement = await startedUntil('reserved');
    await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    const other = await Case.start(house);
    await other.send('assignVoucher', engagement.payloads().assignVoucher);
    expect((await other.view()).stage).toBe('voucherAssigned');
  });

  test('by replacing it twice, back and forth, belongs to the engagement again', async () => {
    const engagement = await startedUntil('voucherAssigned');
    const { assignVoucher } = engagement.payloads();
    const other = { ...assignVoucher, voucherId: `${assignVoucher.voucherId}-2` };
    await engagement.send('replaceVoucher', { ...other, reason: 'reissued' });
    await engagement.send('replaceVoucher', { ...assignVoucher, reason: 'corrected' });
    const late = await Case.start(house);
    expect(await late.refusalOf(late.send('assignVoucher', assignVoucher))).toBe('voucher-held');
    await late.send('assignVoucher', other);
    expect((await late.view()).voucher?.voucherId).toBe(other.voucherId);
  });
});

describe('Request Cancellation of Temporal', () => {
  const somebody = { subject: 'unknown', role: 'operator', via: 'temporal' };
  const reason = 'Cancellation was requested in Temporal';

  test.each<Stage>(['awaitingVoucher', 'voucherAssigned'])(
    'cancels the engagement while %s, and it ends',
    async (stage) => {
      const engagement = await startedUntil(stage);
      await engagement.handle.cancel();
      expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
      expect((await engagement.timeline()).at(-1)).toMatchObject({
        type: 'EngagementCancelled',
        data: { reason },
        actor: somebody,
      });
    },
  );

  test.each<Stage>(['reserved', 'completionReported'])(
    'cancels the engagement while %s; the workflow waits for the task that is left',
    async (stage) => {
      const engagement = await startedUntil(stage);
      await engagement.handle.cancel();
      const { tasks } = await engagement.until((view) => view.stage === 'cancelled');
      expect(tasks).toMatchObject([{ kind: 'cancelInPartnerCenter' }]);
      await engagement.send('resolveTask', { taskId: tasks[0]!.taskId }, { actor: PARTNER_ADMIN });
      expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
    },
  );

  test.each<Stage>(['redeemed', 'paymentRequested', 'paymentApproved'])(
    'is refused while %s, a note says so, and it goes on',
    async (stage) => {
      await house.savbFaults(...(stage === 'redeemed' ? [{ fault: 'throttle', retryAfter: 3_600 }] : []));
      const engagement = await startedUntil(stage === 'redeemed' ? 'redeemed' : 'paymentRequested');
      if (stage === 'paymentApproved') await engagement.advance('approved');
      await engagement.until((view) => view.stage === stage);
      await engagement.handle.cancel();
      const events = await eventually(
        () => engagement.timeline(),
        (timeline) => timeline.at(-1)?.type === 'NoteAdded',
      );
      const detail = `the voucher was redeemed on ${engagement.today}: redemption is final`;
      expect(events.slice(-2)).toMatchObject([
        { type: 'MessageRefused', data: { refusal: { code: 'cancel-after-redemption', detail } }, actor: somebody },
        { type: 'NoteAdded', data: { text: `${reason} and refused: ${detail}` }, actor: somebody },
      ]);
      await engagement.send('recordPaymentStatus', { status: 'denied', at: new Date().toISOString() });
      expect(await engagement.handle.result()).toMatchObject({ stage: 'paymentDenied' });
    },
  );

  test('is refused with a note when the business is over and a task is left', async () => {
    const engagement = await startedUntil('reserved');
    await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    await engagement.handle.cancel();
    const events = await eventually(
      () => engagement.timeline(),
      (timeline) => timeline.at(-1)?.type === 'NoteAdded',
    );
    expect(events.at(-2)).toMatchObject({ type: 'MessageRefused', data: { refusal: { code: 'engagement-closed' } } });
    await engagement.send('resolveTask', { taskId: `${engagement.engagementId}:cancelInPartnerCenter:1` });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled' });
  });

  test('right after the start cancels it too', async () => {
    const engagement = await Case.start(house);
    await engagement.handle.cancel();
    expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled' });
  });
});

describe('after the end of the business', () => {
  async function cancelledWithTask(): Promise<[Case, string]> {
    const engagement = await startedUntil('reserved');
    await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    return [engagement, `${engagement.engagementId}:cancelInPartnerCenter:1`];
  }

  test('tasks may be claimed, released and resolved, and notes written, as long as a task is open', async () => {
    const [engagement, taskId] = await cancelledWithTask();
    await engagement.send('claimTask', { taskId }, { actor: PARTNER_ADMIN });
    expect((await engagement.view()).tasks).toMatchObject([{ taskId, claimedBy: PARTNER_ADMIN.subject }]);
    expect(await engagement.refusalOf(engagement.send('resolveTask', { taskId }))).toBe('task-claimed');
    await engagement.send('releaseTask', { taskId });
    await engagement.send('addNote', { text: 'asked again' });
    await engagement.send('resolveTask', { taskId });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
  });

  test('everything else is refused, by Update and by Signal', async () => {
    const [engagement] = await cancelledWithTask();
    const { submitCompletionReport } = engagement.payloads();
    expect(await engagement.refusalOf(engagement.send('submitCompletionReport', submitCompletionReport))).toBe(
      'engagement-closed',
    );
    await engagement.signal('submitCompletionReport', submitCompletionReport);
    const { stage } = await engagement.until(({ version }) => version === 6);
    expect(stage).toBe('cancelled');
    expect((await engagement.timeline()).at(-1)).toMatchObject({
      type: 'MessageRefused',
      data: { refusal: { code: 'engagement-closed' } },
    });
  });

  test('once the workflow has ended nobody is there any more', async () => {
    const engagement = await startedUntil('awaitingVoucher');
    await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    await engagement.handle.result();
    await expect(engagement.send('addNote', { text: 'late' })).rejects.toThrow(WorkflowNotFoundError);
    await expect(engagement.signal('addNote', { text: 'late' })).rejects.toThrow(WorkflowNotFoundError);
    expect(await engagement.view()).toMatchObject({ stage: 'cancelled', version: 2 });
  });

  test('what arrives while the last message is being handled is still answered', async () => {
    const [engagement, taskId] = await cancelledWithTask();
    afterNextInsert = () => engagement.signal('addNote', { text: 'late' });
    await engagement.signal('resolveTask', { taskId });
    await engagement.handle.result();
    expect((await engagement.timeline()).slice(-2)).toMatchObject([
      { type: 'TaskResolved' },
      { type: 'MessageRefused', data: { message: 'addNote', refusal: { code: 'engagement-closed' } } },
    ]);
    const { engagements } = house.records;
    expect(await engagements.timeline(engagement.engagementId)).toStrictEqual(await engagement.timeline());
  });
});
