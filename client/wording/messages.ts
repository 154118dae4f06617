import type { StartRequest } from '../../contracts/engagement';
import type { MESSAGE_ROUTES, Payloads } from '../../contracts/messages';

/** Messages that have a route of their own below an engagement. */
export type RoutedMessage = keyof typeof MESSAGE_ROUTES;

/** What the help of each message says; every example is a payload its contract accepts. */
export const MESSAGE_HELP: { [Name in RoutedMessage]: { summary: string; example: Payloads[Name] } } = {
  assignVoucher: {
    summary: 'the customer has assigned a voucher',
    example: {
      voucherId: 'V-2020-0815',
      voucherAdministratorEmail: 'vouchers@fabrikam.example',
      projectManager: { name: 'Kim Berg', email: 'kim.berg@contoso.example' },
      offering: 'DDPS',
      serviceLevelDays: 5,
      assignedOn: '2020-09-01',
    },
  },
  replaceVoucher: {
    summary: 'another voucher takes the place of the assigned one',
    example: {
      voucherId: 'V-2020-0816',
      voucherAdministratorEmail: 'vouchers@fabrikam.example',
      projectManager: { name: 'Kim Berg', email: 'kim.berg@contoso.example' },
      offering: 'DDPS',
      serviceLevelDays: 5,
      assignedOn: '2020-09-02',
      reason: 'reissued',
    },
  },
  reserveVoucher: {
    summary: 'the partner reserves the voucher in Partner Center',
    example: {
      voucherId: 'V-2020-0815',
      voucherAdministratorEmail: 'vouchers@fabrikam.example',
      locationId: 'contoso-se',
      scheduledStart: '2020-09-14',
      scheduledEnd: '2020-09-18',
      consultantIds: ['eva.lind'],
      termsAccepted: true,
    },
  },
  cancelReservation: {
    summary: 'the reservation is withdrawn; the voucher stays assigned',
    example: { reason: 'customer moved the project' },
  },
  reschedule: {
    summary: 'the delivery moves to other days or consultants',
    example: { scheduledStart: '2020-10-05', scheduledEnd: '2020-10-09' },
  },
  submitCompletionReport: {
    summary: 'the engagement was delivered; upload the deliverables first',
    example: {
      startedOn: '2020-09-14',
      completedOn: '2020-09-18',
      deliveredToCustomerOn: '2020-09-18',
      daysDelivered: 5,
      consultantIds: ['eva.lind'],
      deliverables: [{ name: 'plan.pdf', kind: 'customerPlan' }],
      summary: 'Deployment plan handed over',
    },
  },
  redeemVoucher: {
    summary: 'the voucher was redeemed in Partner Center; this is final',
    example: { confirmed: true, redeemedOn: '2020-09-21' },
  },
  recordPaymentStatus: {
    summary: 'what SAVB says of the payment request, recorded by hand',
    example: { status: 'submitted', at: '2020-09-22T09:30:00Z', microsoftReferenceNumber: 'MS-4711' },
  },
  correctPaymentRequest: {
    summary: 'ask anew with corrected data, after SAVB rejected the payment request',
    example: { changes: { locationId: 'contoso-se' }, reason: 'the location was wrong' },
  },
  extendVoucher: {
    summary: 'Microsoft extended the voucher, by days or to a day',
    example: { addDays: 90, reason: 'extension of 2020' },
  },
  reportVoucherProblem: {
    summary: 'something is wrong with the voucher, or none comes; opens a task',
    example: { problem: 'emailNotForwarded', note: 'project manager is away until Monday' },
  },
  adoptRules: {
    summary: 'follow another edition of the rules; never moves the voucher’s last day',
    example: { rulebook: '2021-04', reason: 'retirement notice' },
  },
  recordLicenseEnd: {
    summary: 'the customer’s licence enrollment ends; changes no deadline',
    example: { endsOn: '2020-12-31' },
  },
  transferEngagement: {
    summary: 'the engagement goes to another partner, with its whole history',
    example: { toPartnerId: 'fabrikam-services', reason: 'accounts merged' },
  },
  updateCustomer: {
    summary: 'the customer’s name, licensing ID or project manager changed',
    example: { licensingId: 'L-4711', projectManager: { name: 'Robin Falk', email: 'robin.falk@contoso.example' } },
  },
  addNote: { summary: 'a note in the timeline', example: { text: 'customer asked for October' } },
  cancelEngagement: {
    summary: 'the engagement will not happen; the voucher is released',
    example: { reason: 'customer withdrew', reasonCode: 'customerCancelled' },
  },
};

export const START_EXAMPLE: StartRequest = {
  partnerId: 'contoso-services',
  engagementType: 'windowsOffice',
  serviceLevelDays: 5,
  customer: { name: 'Fabrikam AG', country: 'SE' },
};
