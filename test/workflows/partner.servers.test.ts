import { WorkflowFailedError } from '@temporalio/client';
import { partnerWorkflowId, TASK_QUEUE } from '../../contracts/names';
import { evolveAllPartner } from '../../domain/partner/evolve';
import { partnerViewOf } from '../../domain/partner/view';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { PartnerCase } from '../support/partnerCase';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();

let house: House;
let today: string;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
  today = await house.today();
});
afterAll(() => house.stop());

/** Workflow, record and projection tell the same story, and no version is missing or doubled. */
async function expectOneTruth(partner: PartnerCase): Promise<void> {
  const recorded = await partner.timeline();
  expect(recorded.map(({ version }) => version)).toStrictEqual(recorded.map((_, index) => index + 1));
  const state = evolveAllPartner(await house.records.partners.all(partner.partnerId))!;
  const view = await partner.view();
  expect(view).toStrictEqual(partnerViewOf(state));
  expect(await house.records.partners.view(partner.partnerId)).toStrictEqual(view);
}

describe('steps 1 to 3', () => {
  test('lead from nothing to an active enrollment', async () => {
    const partner = new PartnerCase(house, today);
    await partner.enroll();
    const view = await partner.view();
    expect(view.enrollments).toStrictEqual([
      { offering: 'DDPS', enrolledOn: today, enrolledUntil: view.membershipRenewsOn },
    ]);
    const items = await partner.checklist();
    expect(items).toHaveLength(12);
    expect(items.find(({ engagementType }) => engagementType === 'windowsOffice')).toMatchObject({
      offering: 'DDPS',
      status: 'active',
      requirements: [
        { name: 'complianceTraining', met: true },
        { name: 'competency', met: true },
        { name: 'membership', met: true },
        { name: 'agreement', met: true },
        { name: 'enrollment', met: true },
        { name: 'location', met: true },
        { name: 'consultants', met: true },
      ],
    });
    expect(items.find(({ engagementType }) => engagementType === 'exchange')?.status).toBe('inProgress');
    await expectOneTruth(partner);
  });

  test('are shown as a list of check marks in the Temporal UI', async () => {
    const partner = new PartnerCase(house, today);
    await partner.enroll();
    const { staticSummary } = await partner.handle.describe().then((described) => ({
      staticSummary: described.staticSummary,
    }));
    expect(await staticSummary?.()).toBe(`partner ${partner.partnerId}`);
    const card = await partner.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(card.currentDetails).toContain('**DDPS · Windows and Office** – active\n\n- ✅ Compliance training');
    expect(card.currentDetails).toContain('- ⬜ Enrollment');
    expect(Buffer.byteLength(card.currentDetails)).toBeLessThan(20_000);
  });

  test('a refusal is recorded with who said it and changes nothing but the version', async () => {
    const partner = new PartnerCase(house, today);
    await partner.register();
    const before = await partner.view();
    const partnerAdmin = { subject: 'pia', role: 'partnerAdmin' as const, partnerId: partner.partnerId };
    expect(await partner.send('enrollInOfferings', { offerings: ['DDPS'] })).toMatchObject({ kind: 'refused' });
    expect(await partner.send('signAgreement', agreement(partner), { actor: partnerAdmin })).toMatchObject({
      kind: 'refused',
      refusal: { code: 'role-not-allowed' },
    });
    const { version: _version, updatedAt: _updated, ...after } = await partner.view();
    expect(before).toMatchObject(after);
  });
});

const agreement = (partner: PartnerCase) => ({
  signedBy: 'Pia',
  signedOn: partner.day(-10),
  policiesReviewedOn: partner.day(-10),
  agreementVersion: '2020-06',
});

describe('registering', () => {
  test('a second partner with the same MPN id is refused, leaves nothing on record and no workflow', async () => {
    const first = new PartnerCase(house, today);
    await first.register();
    const second = new PartnerCase(house, today);
    const outcome = await second.send('updateMembership', {
      name: 'Copycat',
      mpnId: `mpn-${first.partnerId}`,
      membershipRenewsOn: second.day(365),
    });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'mpn-id-used' } });
    await expect(second.handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(await second.timeline()).toStrictEqual([]);
    await second.register();
    await expectOneTruth(second);
  });

  test('nothing else begins a partner', async () => {
    const nobody = new PartnerCase(house, today);
    expect(await nobody.send('addNote', { text: 'hello' })).toStrictEqual({ kind: 'unknown' });
  });

  test('a partner whose workflow was lost is taken up from its record by the next message', async () => {
    const partner = new PartnerCase(house, today);
    await partner.enroll();
    await partner.handle.terminate('lost');
    expect(await partner.send('addNote', { text: 'back again' })).toMatchObject({ kind: 'accepted' });
    await eventually(
      () => partner.timeline(),
      (events) => events.at(-1)?.type === 'NoteAdded',
    );
    await partner.until(({ enrollments }) => enrollments.length === 1);
    await expectOneTruth(partner);
  });
});

describe('the record decides', () => {
  test('what was recorded while the workflow heard nothing of it is taken up before the next message', async () => {
    const partner = new PartnerCase(house, today);
    await partner.register();
    const state = evolveAllPartner(await house.records.partners.all(partner.partnerId));
    const letter = {
      name: 'recordComplianceTraining',
      messageId: 'training-1',
      actor: partner.globalAdmin,
      payload: { completedOn: today, evidence: 'course record' },
      partnerId: partner.partnerId,
    };
    await house.activities.handlePartnerMessage(state, letter, new Date().toISOString());
    expect((await partner.view()).complianceTraining).toBeUndefined();
    await partner.say('addNote', { text: 'anything' });
    expect((await partner.view()).complianceTraining).toStrictEqual(letter.payload);
    await expectOneTruth(partner);
  });

  test('twenty messages at once are recorded once each, and versions are dense', async () => {
    const partner = new PartnerCase(house, today);
    await partner.register();
    const texts = Array.from({ length: 20 }, (_, index) => `note ${index}`);
    await Promise.all(texts.map((text) => partner.send('addNote', { text }, { messageId: text, async: true })));
    await Promise.all(texts.map((text) => partner.send('addNote', { text }, { messageId: text, async: true })));
    const events = await eventually(
      () => partner.timeline(),
      ({ length }) => length > texts.length,
    );
    expect(events.flatMap((event) => (event.type === 'NoteAdded' ? [event.data.text] : [])).toSorted()).toStrictEqual(
      texts.toSorted(),
    );
    await partner.say('addNote', { text: 'after all' });
    await expectOneTruth(partner);
  });
});

describe('in the Temporal UI', () => {
  const start = (workflowId: string, ...args: unknown[]) =>
    house.client.workflow.start('partnerEnrollment', { workflowId, taskQueue: TASK_QUEUE, args });

  test('a start without input, or with that of another partner, is refused', async () => {
    const { partnerId } = new PartnerCase(house, today);
    for (const args of [[], [{ partnerId: 'somebody-else' }], [{ name: 'no more' }]]) {
      const handle = await start(partnerWorkflowId(partnerId), ...args);
      await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    }
  });

  test('a start with a membership registers the partner, once', async () => {
    const partner = new PartnerCase(house, today);
    const { partnerId } = partner;
    const membership = { name: 'Contoso', mpnId: `mpn-${partnerId}`, membershipRenewsOn: partner.day(365) };
    await start(partnerWorkflowId(partnerId), membership);
    expect(
      await eventually(
        () => partner.view(),
        (view) => view !== undefined,
      ),
    ).toMatchObject({
      ...membership,
      partnerId,
      version: 1,
    });
    await partner.handle.terminate('lost');
    await start(partnerWorkflowId(partnerId), membership);
    await partner.say('addNote', { text: 'still here' });
    expect((await partner.timeline()).map(({ type }) => type)).toStrictEqual(['PartnerRegistered', 'NoteAdded']);
  });

  test('a start without a message takes up the record there is, and ends where there is none', async () => {
    const partner = new PartnerCase(house, today);
    const { partnerId } = partner;
    const early = await start(partnerWorkflowId(partnerId), { partnerId });
    await expect(early.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    await partner.register();
    await partner.handle.terminate('lost');
    await start(partnerWorkflowId(partnerId), { partnerId });
    expect(
      await eventually(
        () => partner.view(),
        (view) => view !== undefined,
      ),
    ).toMatchObject({ version: 1 });
    await partner.say('addNote', { text: 'still here' });
    await expectOneTruth(partner);
  });

  test('Request Cancellation ends no partner; a note keeps the request', async () => {
    const partner = new PartnerCase(house, today);
    await partner.register();
    await partner.handle.cancel();
    await eventually(
      () => partner.timeline(),
      (events) => events.at(-1)?.type === 'NoteAdded',
    );
    await partner.enroll();
    expect((await partner.view()).enrollments).toHaveLength(1);
    await expectOneTruth(partner);
  });
});

describe('a run that has grown long', () => {
  test('continues as a new one, and no message is lost, neither before nor during nor after', async () => {
    const partner = new PartnerCase(house, today);
    await partner.register();
    const firstRun = (await partner.handle.describe()).runId;
    const texts: string[] = [];
    const isContinued = async () => (await partner.handle.describe()).runId !== firstRun;
    while (!(await isContinued()) || texts.length < 100) {
      const batch = Array.from({ length: 5 }, (_, index) => `note ${texts.length + index}`);
      texts.push(...batch);
      await Promise.all(batch.map((text) => partner.send('addNote', { text }, { async: true })));
      // The last of a batch may come while the run before it is about to continue.
      await eventually(
        () => partner.timeline(),
        ({ length }) => length >= texts.length,
      );
    }
    const events = await eventually(
      () => partner.timeline(),
      ({ length }) => length === texts.length + 1,
    );
    const noted = events.flatMap((event) => (event.type === 'NoteAdded' ? [event.data.text] : []));
    expect(noted.toSorted()).toStrictEqual(texts.toSorted());
    await expectOneTruth(partner);
  });
});

describe('running engagements', () => {
  /** A partner of its own with an engagement that is reserved. */
  async function reservedEngagement() {
    const partner = new PartnerCase(house, today);
    const locationId = `se-${partner.partnerId}`.slice(0, 64);
    await partner.enroll({ locationId });
    const engagement = await Case.start(house, { partnerId: partner.partnerId });
    const { assignVoucher, reserveVoucher } = engagement.payloads();
    const actor = { subject: 'pia', role: 'partnerAdmin' as const, partnerId: partner.partnerId };
    await engagement.send('assignVoucher', assignVoucher);
    await engagement.send('reserveVoucher', { ...reserveVoucher, locationId }, { actor });
    return { partner, engagement, actor };
  }

  test('hear that the partner is no longer eligible, and that it is again', async () => {
    const { partner, engagement } = await reservedEngagement();
    await partner.say('recordConsultant', { consultantId: 'eva.lind', name: 'Eva Lind', assessments: [] });
    const { tasks } = await engagement.until((view) => view.tasks.length > 0);
    expect(tasks).toMatchObject([{ kind: 'eligibilityLapsed' }]);
    await partner.say('recordConsultant', {
      consultantId: 'eva.lind',
      name: 'Eva Lind',
      assessments: [{ code: '70-355', competency: 'windowsAndDevices', passedOn: today }],
    });
    await engagement.until((view) => view.tasks.length === 0);
    const events = await engagement.timeline();
    expect(events.filter(({ type }) => type === 'EligibilityChanged')).toMatchObject([
      { actor: { role: 'system' }, data: { requirement: 'consultants', met: false } },
      ...Array.from({ length: 5 }, () => ({ data: { met: true } })),
    ]);
  });

  test('of which one was redeemed wait for the registration with SAVB, and go on by themselves once it is recorded', async () => {
    const { partner, engagement, actor } = await reservedEngagement();
    const register = {
      offering: 'DDPS',
      locationId: `se-${partner.partnerId}`.slice(0, 64),
      bankAccountReference: 'SE-1',
    };
    expect(await partner.send('registerWithSavb', register)).toMatchObject({ kind: 'refused' });
    await engagement.upload();
    await engagement.send('submitCompletionReport', engagement.payloads().submitCompletionReport, { actor });
    await engagement.send('redeemVoucher', { confirmed: true }, { actor });
    expect((await engagement.view()).tasks).toMatchObject([{ kind: 'savbRegistrationMissing' }]);
    await partner.say('registerWithSavb', register, { actor: partner.globalAdmin });
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('that were handed over to a partner never enrolled hear of its registration, too', async () => {
    const { partner, engagement, actor } = await reservedEngagement();
    await engagement.upload();
    await engagement.send('submitCompletionReport', engagement.payloads().submitCompletionReport, { actor });
    await engagement.send('redeemVoucher', { confirmed: true }, { actor });
    const heir = new PartnerCase(house, today);
    await heir.register();
    const locationId = `se-${heir.partnerId}`.slice(0, 64);
    await heir.say('addLocation', { locationId, country: 'SE', name: 'Göteborg' });
    await engagement.send('transferEngagement', { toPartnerId: heir.partnerId, reason: 'accounts merged' });
    expect((await engagement.view()).tasks).toMatchObject([{ kind: 'savbRegistrationMissing' }]);
    await heir.say('registerWithSavb', { offering: 'DDPS', locationId, bankAccountReference: 'SE-2' });
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(partner.partnerId).not.toBe((await engagement.view()).partnerId);
  });
});
