import path from 'node:path';
import { addDays } from '../../domain/days';
import { Case } from '../support/case';
import { enrolledPartner, expectSubmitted, taskOf } from '../support/exceptionStory';
import type { House } from '../support/house';
import type { HouseInOwnTime } from '../workflows/ownTime';
import type { Rehearsal } from './rehearsal';
import type { Standing } from './support';

const WITH_SAVB: Standing = { stage: 'paymentRequested', awaits: 'recordPaymentStatus', tasks: [] };

/** SAVB has the payment request of a partner it knows. */
async function requested(house: House, engagementId: string): Promise<Case> {
  const engagement = await Case.start(house, { engagementId });
  await engagement.untilRedeemed();
  await expectSubmitted(engagement);
  return engagement;
}

/** Redeemed by a partner of its own, that SAVB does not know. */
async function unregistered(house: House, engagementId: string, partnerId: string) {
  const { partner, locationId, assigned, reserve, report, redeem } = await enrolledPartner(house, partnerId);
  const about = await assigned({ engagementId });
  await reserve(about);
  await report(about);
  await redeem(about);
  await taskOf(about, 'savbRegistrationMissing');
  const registration = { offering: 'DDPS', locationId, bankAccountReference: 'SE-1' };
  const register = () => partner.say('registerWithSavb', registration, { actor: partner.globalAdmin });
  return { locationId, about, register };
}

/** Exceptions of the payment request. */
export const PAYMENTS: readonly Rehearsal[] = [
  {
    exception: 'E16',
    async make(house) {
      const { locationId, about } = await unregistered(house, 'fabrikam-e16', 'contoso-e16');
      return { about, placeholders: { locationId, bankAccount: 'SE-1' }, movedOn: WITH_SAVB };
    },
  },
  {
    exception: 'E18',
    async make(house, { folder }) {
      const about = await requested(house, 'fabrikam-e18');
      await about.advance('awaitingInvoice');
      await taskOf(about, 'invoiceDocumentRequired');
      const given = { file: path.join(folder, 'invoice.pdf'), reference: 'UP-4711', givenAt: new Date().toISOString() };
      return { about, placeholders: given, movedOn: WITH_SAVB };
    },
  },
  {
    exception: 'E19',
    async make(house) {
      const { locationId, about, register } = await unregistered(house, 'fabrikam-e19', 'contoso-e19');
      await register();
      await expectSubmitted(about);
      await about.advance('held', { message: 'account closed' });
      await taskOf(about, 'paymentHeld');
      return { about, placeholders: { locationId, bankAccount: 'SE-2' }, movedOn: WITH_SAVB };
    },
  },
  {
    exception: 'E20',
    async make(house) {
      const about = await requested(house, 'fabrikam-e20');
      await about.advance('rejected', { code: 'wrongDate', message: 'the invoice is dated wrongly' });
      await taskOf(about, 'paymentRejected');
      return {
        about,
        placeholders: {
          reason: 'the invoice is dated wrongly',
          version: String((await about.view()).version),
          invoiceDate: about.today,
        },
        movedOn: WITH_SAVB,
      };
    },
  },
];

/** Those that take weeks. */
export const PAYMENTS_IN_TIME: readonly Rehearsal<HouseInOwnTime>[] = [
  {
    exception: 'E17',
    async make(house) {
      const { about, register } = await unregistered(house, 'fabrikam-e17', 'contoso-e17');
      await house.sleepUntil(addDays(about.today, 53));
      await taskOf(about, 'paymentWindowClosing');
      await house.sleepUntil(addDays(about.today, 61));
      const { taskId } = await taskOf(about, 'paymentWindowLapsed');
      return { about, placeholders: { taskId }, outside: register, movedOn: WITH_SAVB };
    },
  },
];
