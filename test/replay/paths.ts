import type { WorkflowHandle } from '@temporalio/client';
import type { Dependencies } from '../../activities';
import { addDays } from '../../domain/days';
import { BatchCase } from '../support/batchCase';
import { Case, CONSULTANT, PARTNER_ADMIN } from '../support/case';
import type { House, HouseOptions, SavbFault } from '../support/house';
import type { PartnerCase } from '../support/partnerCase';

/** A way through an engagement, as it is played to record its history. */
export interface Path {
  house?: Pick<HouseOptions, 'gateway' | 'dependencies'>;
  /** Takes months: it needs a clock that can be moved. */
  inOwnTime?: true;
  play(engagement: Case, world: World): Promise<unknown>;
}

interface World {
  savbFaults: (...faults: SavbFault[]) => Promise<void>;
  /** Lets days pass, in a path in its own time. */
  pass: (days: number) => Promise<void>;
}

const resolveOpenTask = async (engagement: Case, resolution?: string) => {
  const { tasks } = await engagement.until((view) => view.tasks.length > 0);
  await engagement.send('resolveTask', { taskId: tasks[0]!.taskId, resolution });
};

const paid = async (engagement: Case) => {
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  await engagement.advance('approved');
  await engagement.until(({ stage }) => stage === 'paymentApproved');
  await engagement.advance('paid');
};

/** The first three times that the record is asked for, MongoDB is away. */
function awayAtFirst(usual: Dependencies): Dependencies {
  let times = 0;
  const recordedSince: typeof usual.records.engagements.recordedSince = async (...asked) => {
    times += 1;
    if (times <= 3) throw new Error('MongoDB is away');
    return usual.records.engagements.recordedSince(...asked);
  };
  return { ...usual, records: { ...usual.records, engagements: { ...usual.records.engagements, recordedSince } } };
}

/** Every way in which the workflow has reason to do something else. Once released, a path is never changed; new ones are added. */
export const PATHS: Record<string, Path> = {
  straight: {
    async play(engagement) {
      await engagement.untilRedeemed();
      await paid(engagement);
    },
  },

  cancelledReservation: {
    async play(engagement) {
      const { assignVoucher, reserveVoucher, submitCompletionReport, redeemVoucher } = engagement.payloads();
      await engagement.upload();
      await engagement.signal('assignVoucher', assignVoucher);
      await engagement.signal('reserveVoucher', reserveVoucher, { actor: PARTNER_ADMIN });
      await engagement.until(({ stage }) => stage === 'reserved');
      await engagement.signal('redeemVoucher', redeemVoucher, { actor: PARTNER_ADMIN });
      await engagement.signal('submitCompletionReport', submitCompletionReport, { actor: CONSULTANT });
      await engagement.signal('cancelReservation', { reason: 'another consultant' });
      await engagement.until(({ stage, version }) => stage === 'voucherAssigned' && version > 3);
      await engagement.handle.signal('addNote', { text: 'typed by hand' });
      await engagement.reserve();
      await engagement.report();
      await engagement.redeem();
      await paid(engagement);
    },
  },

  expired: {
    inOwnTime: true,
    async play(engagement, { pass }) {
      await pass(22);
      await engagement.assign();
      const scheduledStart = addDays(engagement.today, 30);
      await engagement.send(
        'reserveVoucher',
        { ...engagement.payloads().reserveVoucher, scheduledStart, scheduledEnd: addDays(scheduledStart, 4) },
        { actor: PARTNER_ADMIN },
      );
      await pass(160);
      await engagement.send('extendVoucher', { addDays: 30, reason: 'KURT-2020' });
      await pass(80);
    },
  },

  cancelled: {
    async play(engagement) {
      await engagement.assign();
      await engagement.reserve();
      await engagement.handle.cancel();
      await resolveOpenTask(engagement);
    },
  },

  rejected: {
    async play(engagement, { savbFaults }) {
      await savbFaults({ fault: 'refuse', status: 422, body: { code: 'wrongAmount', message: 'not the rate' } });
      await engagement.untilRedeemed();
      await engagement.until(({ tasks }) => tasks.length > 0);
      await engagement.handle.cancel();
      await engagement.send('recordPaymentStatus', { status: 'denied', at: `${engagement.today}T00:00:00.000Z` });
    },
  },

  manual: {
    house: { gateway: 'manual' },
    async play(engagement) {
      const at = `${engagement.today}T00:00:00.000Z`;
      await engagement.untilRedeemed();
      await engagement.until(({ tasks }) => tasks.length > 0);
      const microsoftReferenceNumber = 'MS-1';
      await engagement.send('recordPaymentStatus', { status: 'submitted', at, microsoftReferenceNumber });
      await engagement.send('recordPaymentStatus', { status: 'paid', at });
    },
  },

  lapsed: {
    house: { gateway: 'manual' },
    inOwnTime: true,
    async play(engagement, { pass }) {
      await engagement.untilRedeemed();
      await pass(61);
      await engagement.until(({ tasks }) => tasks.some(({ kind }) => kind === 'paymentWindowLapsed'));
      const taskId = `${engagement.engagementId}:paymentWindowLapsed:1`;
      await engagement.send('resolveTask', { taskId, resolution: 'giveUp' });
    },
  },

  outage: {
    house: { dependencies: awayAtFirst },
    async play(engagement) {
      await engagement.assign();
      await engagement.send('replaceVoucher', {
        ...engagement.payloads().assignVoucher,
        voucherId: 'V-2',
        expiresOn: addDays(engagement.today, 90),
        reason: 'reissued',
      });
      await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    },
  },
};

/** A way through a partner's life. What is recorded is the run that begins it, or the one it is in at the end. */
export interface PartnerPath {
  inOwnTime: true;
  run: 'first' | 'last';
  play(partner: PartnerCase, world: Pick<World, 'pass'>): Promise<unknown>;
}

/** Enrolled, renewed, and continued at the anniversary; with a refusal, and a message typed by hand. */
async function aYear(partner: PartnerCase, { pass }: Pick<World, 'pass'>): Promise<void> {
  const { globalAdmin: actor } = partner;
  await partner.enroll({ competencyUntil: partner.day(400) });
  await partner.send('enrollInOfferings', { offerings: ['SDPS'] }, { actor });
  await partner.handle.signal('addNote', { text: 'typed by hand' });
  await pass(320);
  await partner.register({ membershipRenewsOn: partner.day(730) });
  const today = partner.day(320);
  await partner.say('recordCompetency', {
    competency: 'windowsAndDevices',
    tier: 'silver',
    attainedOn: today,
    expiresOn: partner.day(800),
  });
  const offerings = ['DDPS'];
  await partner.say(
    'renewEnrollment',
    { requirementsReviewedOn: today, policiesReviewedOn: today, offerings },
    { actor },
  );
  await pass(60);
}

/** As above, for partners. */
export const PARTNER_PATHS: Record<string, PartnerPath> = {
  partnerYear: { inOwnTime: true, run: 'first', play: aYear },

  partnerLapse: {
    inOwnTime: true,
    run: 'last',
    async play(partner, world) {
      await aYear(partner, world);
      await partner.say('withdrawFromOffering', { offering: 'DDPS', reason: 'no consultants' });
      await world.pass(100);
    },
  },
};

/** A way through a batch, played by engagements that join it. Whose history is recorded, the batch's or a member's, it answers. */
export interface BatchPath {
  house: Pick<HouseOptions, 'gateway' | 'batched'>;
  inOwnTime?: true;
  play(house: House, world: Pick<World, 'pass'>): Promise<WorkflowHandle>;
}

/** Redeemed, and in a batch: which one? */
async function collected(house: House, engagementId: string): Promise<{ engagement: Case; batch: BatchCase }> {
  const engagement = await Case.start(house, { engagementId });
  await engagement.untilRedeemed();
  const { paymentRequest } = await engagement.until((view) => view.paymentRequest?.batchId !== undefined);
  return { engagement, batch: new BatchCase(house, paymentRequest!.batchId!) };
}

/** Two are asked for together, rejected and split; who stays is paid. */
async function split(house: House): Promise<{ engagement: Case; batch: BatchCase }> {
  await house.savbFaults({ fault: 'refuse', status: 422, body: { code: 'wrongLevel', message: 'another level' } });
  const { engagement, batch } = await collected(house, 'stays');
  const { engagement: leaving } = await collected(house, 'leaves');
  await batch.until(({ tasks }) => tasks.length > 0);
  await batch.handle.signal('addNote', { text: 'typed by hand' });
  await batch.send('splitBatch', { engagementIds: [leaving.engagementId], reason: 'another level' });
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  await batch.advance('approved', { seq: 2 });
  await engagement.until(({ stage }) => stage === 'paymentApproved');
  await batch.advance('paid', { seq: 2 });
  await Promise.all([engagement.handle.result(), batch.handle.result()]);
  return { engagement, batch };
}

/** As above, for batches. */
export const BATCH_PATHS: Record<string, BatchPath> = {
  batchSplit: { house: { batched: { size: 2 } }, play: async (house) => (await split(house)).batch.handle },

  batchMember: { house: { batched: { size: 2 } }, play: async (house) => (await split(house)).engagement.handle },

  batchLapse: {
    house: { gateway: 'manual', batched: {} },
    inOwnTime: true,
    async play(house, { pass }) {
      const { batch } = await collected(house, 'lapses');
      await batch.handle.cancel();
      await pass(61);
      await batch.until(({ tasks }) => tasks.some(({ kind }) => kind === 'paymentWindowLapsed'));
      const taskId = `batch:${batch.batchId}:paymentWindowLapsed:1`;
      await batch.send('resolveTask', { taskId, resolution: 'giveUp' });
      await batch.handle.result();
      return batch.handle;
    },
  },
};
