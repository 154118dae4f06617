/** What people call a value where the contract's name does not say it well. */
export const LABELS: Readonly<Record<string, string>> = {
  voucherId: 'Voucher number',
  voucherAdministratorEmail: 'E-mail of the voucher administrator',
  email: 'E-mail',
  serviceLevelDays: 'Service level, in days',
  locationId: 'MPN location',
  consultantIds: 'Consultants',
  mpnId: 'MPN id',
  consultantId: 'Consultant id',
  licensingId: 'Licensing id (VLSC)',
  customerId: 'Customer id',
  engagementId: 'Engagement id',
  partnerId: 'Partner',
  toPartnerId: 'New partner',
  termsAccepted: 'We accept the programme’s terms for this voucher',
  confirmed: 'Yes, redeem the voucher. This cannot be undone',
  corrects: 'This corrects the report that was submitted before',
  daysDelivered: 'Days delivered',
  offSiteDays: 'Days off site',
  deliveredToCustomerOn: 'Deliverable handed to the customer on',
  addDays: 'Days to add',
  at: 'When',
  minor: 'Amount in the smallest unit (cents, öre)',
  microsoftReferenceNumber: 'Microsoft reference number',
  endsOn: 'Licence enrollment ends on',
  contactEmail: 'E-mail for customers',
};

/** What helps to fill a value in. */
export const HINTS: Readonly<Record<string, string>> = {
  voucherId: 'As it stands in the e-mail the customer forwarded.',
  voucherAdministratorEmail: 'The customer’s contact the voucher is validated with.',
  assignedOn: 'The day the customer assigned the voucher in VLSC.',
  expiresOn: 'Left empty, it follows from the programme’s rule.',
  reservedOn: 'The day it was reserved in Partner Center; today if left empty.',
  redeemedOn: 'The day it was redeemed in Partner Center; today if left empty.',
  deliveryCountry: 'Two capital letters, such as SE; the customer’s country if left empty.',
  country: 'Two capital letters, such as SE.',
  countries: 'Two capital letters each, such as SE, DE.',
  consultantIds: 'Each needs an assessment or exam of the engagement’s competency.',
  exemption: 'Only for a second 15-day engagement of this type with this customer.',
  daysDelivered: 'At most the voucher’s service level.',
  outcomes: 'What the customer decided, and the recommended next steps.',
  assessments: 'Lines left empty do not count.',
  engagementId: 'Left empty, one is made.',
  partnerId: 'Its id, such as contoso-services.',
  toPartnerId: 'Its id, such as contoso-services.',
  currency: 'Three capital letters, such as SEK.',
};

/** A rule or a summary as a sentence. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
