import { addDays } from '../../domain/days';
import { Case, PARTNER_ADMIN } from '../support/case';
import { enrolledPartner, taskOf } from '../support/exceptionStory';
import type { House } from '../support/house';
import type { HouseInOwnTime } from '../workflows/ownTime';
import type { Rehearsal } from './rehearsal';
import { refusedAs, type Standing } from './support';

const UNRESERVED: Standing = { stage: 'voucherAssigned', awaits: 'reserveVoucher', tasks: [] };
const RESERVED: Standing = { stage: 'reserved', awaits: 'submitCompletionReport', tasks: [] };
const REPORTED: Standing = { stage: 'completionReported', awaits: 'redeemVoucher', tasks: [] };
const ASKED_FOR: Standing = { stage: 'paymentRequested', awaits: 'recordPaymentStatus', tasks: [] };
const CANCELLED: Standing = { stage: 'cancelled', tasks: [] };

/** Exceptions until the voucher is redeemed. */
export const VOUCHERS: readonly Rehearsal[] = [
  { exception: 'E1', make: mailNotForwarded },
  { exception: 'E2', make: reservedByOtherPartner },
  { exception: 'E4', make: wrongCountry },
  { exception: 'E5', make: noLocation },
  { exception: 'E6', make: startedEarly },
  { exception: 'E7', make: competencyLapsed },
  { exception: 'E8', make: consultantWithoutExam },
  { exception: 'E9', make: wrongLevel },
  { exception: 'E10', make: secondFifteenDays },
  { exception: 'E12', make: licenseEnds },
  { exception: 'E13', make: customerCancels },
];

/** Those of them that take days. */
export const VOUCHERS_IN_TIME: readonly Rehearsal<HouseInOwnTime>[] = [
  { exception: 'E3', make: benefitNotActivated },
  { exception: 'E11', make: voucherExpired },
];

async function mailNotForwarded(house: House) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e1' });
  await about.send('reportVoucherProblem', { problem: 'emailNotForwarded' }, { actor: PARTNER_ADMIN });
  await taskOf(about, 'voucherProblem');
  return { about, movedOn: UNRESERVED };
}

async function reservedByOtherPartner(house: House) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e2' });
  await about.assign();
  await about.send('reportVoucherProblem', { problem: 'reservedByOtherPartner' }, { actor: PARTNER_ADMIN });
  const { taskId } = await taskOf(about, 'voucherProblem');
  return { about, placeholders: { taskId, newVoucherId: 'V-fabrikam-e2-new' }, movedOn: UNRESERVED };
}

async function benefitNotActivated(house: HouseInOwnTime) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e3' });
  await house.sleepUntil(addDays(about.today, 46));
  const { taskId } = await taskOf(about, 'voucherMissing');
  return { about, placeholders: { taskId }, movedOn: CANCELLED };
}

async function wrongCountry(house: House) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e4' });
  await about.assign();
  const wrong = { ...about.payloads().reserveVoucher, locationId: 'contoso-de', deliveryCountry: 'DE' };
  await about.send('reserveVoucher', wrong, { actor: PARTNER_ADMIN });
  return { about, placeholders: { wrongCountry: 'DE', country: 'SE' }, movedOn: RESERVED };
}

async function noLocation(house: House) {
  const { partner, assigned, reserve } = await enrolledPartner(house, 'contoso-e5');
  const customer = { name: 'Fabrikam AS', country: 'NO' };
  const about = await assigned({ engagementId: 'fabrikam-e5', customer });
  await refusedAs('location-not-in-country', reserve(about));
  const placeholders = { partnerId: partner.partnerId, country: 'NO', city: 'Oslo', locationId: 'contoso-no' };
  return { about, placeholders, movedOn: RESERVED };
}

async function startedEarly(house: House) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e6' });
  await about.assign();
  await about.reserve();
  await about.upload();
  const report = { ...about.payloads().submitCompletionReport, startedOn: addDays(about.today, -1) };
  await about.send('submitCompletionReport', report);
  const { taskId } = await taskOf(about, 'engagementStartedEarly');
  return { about, placeholders: { taskId }, movedOn: REPORTED };
}

async function competencyLapsed(house: House) {
  const { partner, assigned, reserve, report } = await enrolledPartner(house, 'contoso-e7');
  const about = await assigned({ engagementId: 'fabrikam-e7' });
  await reserve(about);
  await report(about);
  const held = { competency: 'windowsAndDevices', tier: 'gold', attainedOn: partner.day(-100) } as const;
  await partner.say('recordCompetency', { ...held, expiresOn: partner.day(-1) });
  const { taskId } = await taskOf(about, 'eligibilityLapsed');
  const placeholders = { taskId, ...held, expiresOn: partner.day(265) };
  return { about, placeholders, movedOn: REPORTED };
}

async function consultantWithoutExam(house: House) {
  const { partner, locationId, assigned, reserve } = await enrolledPartner(house, 'contoso-e8');
  const max = { consultantId: 'max.berg', name: 'Max Berg' };
  await partner.say('recordConsultant', { ...max, assessments: [] });
  const about = await assigned({ engagementId: 'fabrikam-e8' });
  await refusedAs('consultant-not-qualified', reserve(about, { consultantIds: [max.consultantId] }));
  const exam = { exam: '70-355', competency: 'windowsAndDevices', passedOn: about.today };
  return { about, placeholders: { ...max, ...exam, locationId }, movedOn: RESERVED };
}

async function wrongLevel(house: House) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e9', serviceLevelDays: undefined });
  await about.assign();
  const problem = { problem: 'wrongTypeOrLevel', note: 'Ten days were agreed' } as const;
  await about.send('reportVoucherProblem', problem, { actor: PARTNER_ADMIN });
  await taskOf(about, 'voucherProblem');
  return { about, placeholders: { newVoucherId: 'V-fabrikam-e9-new', days: '10' }, movedOn: UNRESERVED };
}

async function secondFifteenDays(house: House) {
  const customer = { name: 'Fabrikam AB', country: 'SE', customerId: 'fabrikam-e10' };
  const fifteenDays = async (engagementId: string) => {
    const engagement = await Case.start(house, { engagementId, customer, serviceLevelDays: 15 });
    await engagement.send('assignVoucher', { ...engagement.payloads().assignVoucher, serviceLevelDays: 15 });
    return engagement;
  };
  await (await fifteenDays('fabrikam-e10-first')).reserve();
  const about = await fifteenDays('fabrikam-e10');
  const { reserveVoucher } = about.payloads();
  await refusedAs(
    'second-fifteen-day-engagement',
    about.send('reserveVoucher', reserveVoucher, { actor: PARTNER_ADMIN }),
  );
  return {
    about,
    placeholders: { customer: customer.name, engagementType: 'windowsOffice', whichDivision: 'Fabrikam Norge AS' },
    movedOn: RESERVED,
  };
}

async function voucherExpired(house: HouseInOwnTime) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e11' });
  await about.assign();
  await about.reserve();
  await about.report();
  const lastDay = (await about.view()).voucher!.expiresOn;
  await house.sleepUntil(addDays(lastDay, 1));
  const { taskId } = await taskOf(about, 'voucherExpired');
  return { about, placeholders: { taskId, redeemedOn: lastDay }, movedOn: ASKED_FOR };
}

async function licenseEnds(house: House) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e12' });
  await about.assign();
  await about.reserve();
  await about.report();
  const endsOn = addDays(about.today, 30);
  await about.send('recordLicenseEnd', { endsOn }, { actor: PARTNER_ADMIN });
  return { about, placeholders: { endsOn }, movedOn: ASKED_FOR };
}

async function customerCancels(house: House) {
  const about = await Case.start(house, { engagementId: 'fabrikam-e13' });
  await about.assign();
  await about.reserve();
  const withdrawn = { reason: 'the customer changes partner', reasonCode: 'customerCancelled' } as const;
  await about.send('cancelEngagement', withdrawn, { actor: PARTNER_ADMIN });
  const { taskId } = await taskOf(about, 'cancelInPartnerCenter');
  return { about, placeholders: { taskId }, movedOn: CANCELLED };
}
