import type { Rulebook } from '../../contracts/rulebook';
import { addDays } from '../../domain/days';
import type { HouseOptions } from '../support/house';
import { Case } from '../support/case';
import { enrolledPartner, taskOf } from '../support/exceptionStory';
import { PartnerCase } from '../support/partnerCase';
import { edition2021 } from '../support/rulebook';
import { showPartner } from '../support/showPartner';
import type { HouseInOwnTime } from '../workflows/ownTime';
import type { Rehearsal } from './rehearsal';
import type { Standing } from './support';

const WITH_SAVB: Standing = { stage: 'paymentRequested', awaits: 'recordPaymentStatus', tasks: [] };

/** Exceptions of the programme and of whoever takes part in it. */
export const PROGRAMME: readonly Rehearsal[] = [
  {
    exception: 'E23',
    async make(house) {
      const { assigned, reserve, report, redeem } = await enrolledPartner(house, 'contoso-e23');
      const about = await assigned({ engagementId: 'fabrikam-e23' });
      await reserve(about);
      await report(about);
      await redeem(about);
      await taskOf(about, 'savbRegistrationMissing');
      const newPartnerId = 'contoso-e23-merged';
      const contoso = (await house.records.partners.view('contoso-services'))!;
      await showPartner(house.records, { ...contoso, partnerId: newPartnerId, mpnId: newPartnerId });
      return { about, placeholders: { newPartnerId }, movedOn: WITH_SAVB };
    },
  },
  {
    exception: 'E24',
    async make(house) {
      const about = await Case.start(house, { engagementId: 'fabrikam-e24' });
      const assignedOn = addDays(about.today, -182);
      await about.send('assignVoucher', { ...about.payloads().assignVoucher, assignedOn });
      await taskOf(about, 'voucherExpired');
      return {
        about,
        placeholders: {
          lastDay: addDays(assignedOn, 180),
          assignedBefore: addDays(assignedOn, 1),
          count: '90',
          newEnd: addDays(assignedOn, 180 + 90 + 1),
        },
        movedOn: { stage: 'voucherAssigned', awaits: 'reserveVoucher', tasks: [] },
      };
    },
  },
  {
    exception: 'E25',
    async make(house) {
      const about = await Case.start(house, { engagementId: 'fabrikam-e25' });
      await about.assign();
      await about.reserve();
      await about.send('cancelEngagement', { reason: 'the customer withdrew' });
      const { taskId } = await taskOf(about, 'cancelInPartnerCenter');
      await about.send('claimTask', { taskId }, { actor: { ...about.partnerAdmin, subject: 'pelle' } });
      return { about, placeholders: { taskId, colleague: 'pelle' }, movedOn: { stage: 'cancelled', tasks: [] } };
    },
  },
];

const RETIRING = { id: 'retiring', hash: 'made-up' };
/** Edition 2021-04 with a last day that is still to come, once a rehearsal has said which. */
let retiring: Rulebook = edition2021;

const withRetiring: Partial<HouseOptions> = {
  dependencies: (usual) => ({
    ...usual,
    rulebooks: {
      ids: () => [...usual.rulebooks.ids(), RETIRING.id],
      edition: (id) => (id === RETIRING.id ? retiring : usual.rulebooks.edition(id)),
      reference: (id) => (id === RETIRING.id ? RETIRING : usual.rulebooks.reference(id)),
    },
  }),
};

/** Those that take weeks. */
export const PROGRAMME_IN_TIME: readonly Rehearsal<HouseInOwnTime>[] = [
  {
    exception: 'E21',
    async make(house) {
      const about = new PartnerCase(house, await house.today(), 'contoso-e21');
      await about.prepare({ membershipRenewsOn: about.day(120) });
      await house.sleepUntil(about.day(31));
      await about.until(({ tasks }) => tasks.length > 0);
      await about.send('enrollInOfferings', { offerings: ['DDPS'] }, { actor: about.globalAdmin });
      const { name, mpnId } = await about.view();
      const renewsOn = about.day(120 + 365);
      return { about, placeholders: { name, mpnId, renewsOn }, movedOn: { tasks: [] } };
    },
  },
  {
    exception: 'E22',
    options: withRetiring,
    async make(house) {
      const today = await house.today();
      const lastDay = addDays(today, 40);
      retiring = {
        ...edition2021,
        id: RETIRING.id,
        assignWindow: { lastOn: addDays(today, 10), source: 'PC-DPS@2021-04' },
        lastRedemption: { on: lastDay, source: 'PS-PROC' },
      };
      const about = await Case.start(house, { engagementId: 'fabrikam-e22', rulebook: RETIRING });
      await about.assign();
      await about.reserve();
      await about.report();
      await house.sleepUntil(addDays(today, 41));
      await taskOf(about, 'voucherExpired');
      return { about, placeholders: { lastDay, expiresOn: addDays(today, 180) }, movedOn: WITH_SAVB };
    },
  },
];
