import path from 'node:path';
import type { StartRequest } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import { addDays } from '../../domain/days';
import { inRepository } from '../repository';

/** The customer's planning deliverable. */
export const samplePlan = inRepository('dev', 'sample', 'deployment-plan.md');

/** What is said in the course of the sample engagement; it was delivered in the weeks before `today`. */
export function samplePayloads(engagementId: string, today: string) {
  const day = (days: number) => addDays(today, days);
  const voucherId = `VCH-${engagementId}`;
  const voucherAdministratorEmail = 'voucher.admin@fabrikam.example';
  const start: StartRequest = {
    engagementId,
    partnerId: 'contoso-services',
    engagementType: 'windowsOffice',
    serviceLevelDays: 5,
    customer: { name: 'Fabrikam AB', country: 'SE', customerId: 'fabrikam' },
  };
  const assignVoucher: Payloads['assignVoucher'] = {
    voucherId,
    voucherAdministratorEmail,
    projectManager: { name: 'Lars Ek', email: 'lars.ek@fabrikam.example' },
    offering: 'DDPS',
    serviceLevelDays: 5,
    assignedOn: day(-30),
  };
  const reserveVoucher: Payloads['reserveVoucher'] = {
    voucherId,
    voucherAdministratorEmail,
    locationId: 'contoso-se',
    reservedOn: day(-21),
    scheduledStart: day(-14),
    scheduledEnd: day(-7),
    consultantIds: ['eva.lind'],
    termsAccepted: true,
  };
  const submitCompletionReport: Payloads['submitCompletionReport'] = {
    startedOn: day(-14),
    completedOn: day(-8),
    deliveredToCustomerOn: day(-3),
    daysDelivered: 5,
    consultantIds: ['eva.lind'],
    deliverables: [{ name: path.basename(samplePlan), kind: 'customerPlan' }],
    summary: 'Deployment plan for Windows and Office in three waves, agreed with the customer.',
  };
  const redeemVoucher: Payloads['redeemVoucher'] = { confirmed: true, redeemedOn: today };
  return { start, assignVoucher, reserveVoucher, submitCompletionReport, redeemVoucher };
}
