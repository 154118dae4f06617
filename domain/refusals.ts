import type { Awaiting } from '../contracts/engagement';

interface RefusalKind {
  /** HTTP status of the refusal: 409 wrong stage or conflict, 422 against a rule. */
  status: 403 | 404 | 409 | 422;
  title: string;
  rule: string;
  source: string;
  nextStep: string;
}

const kind = (
  status: RefusalKind['status'],
  title: string,
  rule: string,
  source: string,
  nextStep: string,
): RefusalKind => ({
  status,
  title,
  rule,
  source,
  nextStep,
});

/** Every way in which the programme or this service says no. The one catalogue behind problems, timeline and docs. */
export const REFUSALS = {
  'malformed-message': kind(
    422,
    'The message is not well-formed',
    'Every payload follows its contract.',
    'service',
    'Correct the named fields and send it again.',
  ),
  'idempotency-key-reused': kind(
    422,
    'This message id was used for something else',
    'One message id names one message.',
    'service',
    'Send it under a new id.',
  ),
  'role-not-allowed': kind(
    403,
    'This role may not say this',
    'Each step belongs to a role of the programme.',
    'BASE, section 1',
    'Ask someone with one of the named roles.',
  ),
  'partner-unknown': kind(
    422,
    'No such partner',
    'An engagement belongs to a known partner.',
    'service',
    'Register the partner first.',
  ),
  'engagement-type-unknown': kind(
    422,
    'No such engagement type',
    'The catalogue of the edition lists the engagement types.',
    'PC-REQ',
    'Choose a type of the catalogue.',
  ),
  'engagement-type-retired': kind(
    422,
    'The engagement type is not offered on this day',
    'Rows of the catalogue have effective dates.',
    'PC-REQ, PC-DPS@2021-04',
    'Choose a type that is in force.',
  ),
  'rulebook-unknown': kind(
    422,
    'No such edition of the rules',
    'An engagement follows one of the editions this service has.',
    'service; E22',
    'Choose one of the named editions, or add the edition’s file.',
  ),
  'service-level-unknown': kind(
    422,
    'No such service level',
    'Service levels are 1, 3, 5, 10 and 15 days, never more.',
    'PS-POL',
    'Ask the customer for a voucher of an existing level.',
  ),
  'wrong-stage': kind(
    409,
    'Not in this stage',
    'The steps of an engagement follow one another.',
    'BASE, steps 4 to 8',
    'Do first what the engagement is waiting for.',
  ),
  'engagement-closed': kind(
    409,
    'The engagement is over',
    'A final stage ends the business.',
    'service',
    'Start a new engagement.',
  ),
  'already-done-differently': kind(
    409,
    'This was done before, with other content',
    'A message takes effect once.',
    'service',
    'Read what is on record; correct it with the message meant for that.',
  ),
  'wrong-offering': kind(
    422,
    'The offering does not fit the engagement type',
    'Every engagement type belongs to one offering.',
    'PC-REQ',
    'Ask the customer for a voucher of the right type.',
  ),
  'service-level-differs': kind(
    422,
    'The service level is not the agreed one',
    'Vouchers are never merged or split; type and level are as agreed.',
    'PS-POL; E9',
    'Ask for a new voucher or agree on another scope.',
  ),
  'outside-assign-window': kind(
    422,
    'Vouchers could not be assigned on this day',
    'Vouchers are created and assigned within the programme’s window.',
    'PC-DPS@2021-04',
    'Check the day of assignment.',
  ),
  'voucher-held': kind(
    409,
    'The voucher belongs to another engagement',
    'One voucher is one engagement.',
    'PS-POL; E2',
    'Ask the customer for another voucher, or have the other engagement release it.',
  ),
  'dates-out-of-order': kind(
    422,
    'The days do not follow one another',
    'Steps happen in order and are recorded no earlier than they happen.',
    'BASE; PS-PROC',
    'Correct the named day.',
  ),
  'voucher-mismatch': kind(
    422,
    'Voucher number and administrator’s e-mail do not match',
    'A voucher is validated by its number and its administrator’s e-mail.',
    'PC-VVR; E1',
    'Check both against the customer’s forwarded mail.',
  ),
  'voucher-expired': kind(
    422,
    'The voucher has run out',
    'Reservation, engagement and redemption all fit into the validity of the voucher.',
    'PC-DPS@2021-04; E11',
    'Ask the customer about another voucher, or record an extension by Microsoft.',
  ),
  'schedule-past-expiry': kind(
    422,
    'The schedule ends after the voucher does',
    'Reservation, engagement and redemption all fit into the validity of the voucher.',
    'PC-DPS@2021-04',
    'Schedule an earlier end.',
  ),
  'compliance-training-missing': kind(
    422,
    'Company compliance training is missing',
    'Compliance training is required before enrollment.',
    'BASE, step 1',
    'Complete the compliance training and have it recorded.',
  ),
  'competency-missing': kind(
    422,
    'No qualifying competency',
    'Each engagement type needs its own qualifying competency.',
    'PC-REQ; E7',
    'Attain or renew one of the named competencies.',
  ),
  'not-enrolled': kind(
    422,
    'Not enrolled in the offering this year',
    'Enrollment is per offering and renewed every year.',
    'BASE, step 2; E7',
    'Enroll in the offering or renew.',
  ),
  'location-not-in-country': kind(
    422,
    'No location in the country of delivery',
    'An MPN location in the country of delivery is needed before reserving.',
    'PS-PROC, PS-SUM; E4, E5',
    'Use or add a location in that country.',
  ),
  'consultant-unknown': kind(
    422,
    'Unknown consultant',
    'Consultants are recorded with their assessments.',
    'BASE, step 6',
    'Have the consultant recorded.',
  ),
  'consultant-not-qualified': kind(
    422,
    'A consultant lacks the assessment',
    'A consultant holds at least one assessment or exam behind the qualifying competency.',
    'BASE, step 6; E8',
    'Name a qualified consultant or record the assessment.',
  ),
  'second-fifteen-day-engagement': kind(
    422,
    'A second 15-day engagement of this type for this customer',
    'No further 15-day engagement of the same type per customer, unless for another division or other products.',
    'PS-PROC; E10',
    'State the exemption that applies.',
  ),
  'report-missing': kind(
    409,
    'The completion report is missing',
    'The report comes before the redemption.',
    'BASE, steps 6 and 7; E15',
    'Submit the completion report.',
  ),
  'too-many-days': kind(
    422,
    'More days than the voucher covers',
    'A voucher covers the days of its service level.',
    'PS-POL',
    'Correct the days delivered.',
  ),
  'too-many-off-site-days': kind(
    422,
    'Too many days off site',
    'Engagements are delivered on site, up to 3 days off site.',
    'PS-POL',
    'Correct the days off site.',
  ),
  'deliverable-missing': kind(
    422,
    'The customer’s plan is not uploaded',
    'The report comes with the customer deliverable uploaded.',
    'PS-264; E14',
    'Upload the named file, then report.',
  ),
  'held-by-task': kind(
    409,
    'A person has to decide first',
    'An open task holds this step.',
    'E6, E7',
    'Resolve the named task.',
  ),
  'redeemed-after-last-day': kind(
    422,
    'Redeemed after the last day',
    'A voucher is redeemed before it expires and by the last redemption day.',
    'PC-DPS@2021-04; E11, E22',
    'Check the day of redemption in Partner Center.',
  ),
  'extension-not-later': kind(
    422,
    'Not later than today’s expiry',
    'An extension never shortens.',
    'KURT-2020; E24',
    'Give a later day.',
  ),
  'invoice-under-way': kind(
    409,
    'An invoice of the present partner is being submitted',
    'An invoice bears a number of its partner’s year and goes out in that partner’s name.',
    'service; E23',
    'Wait for SAVB’s answer or record payment status submitted or denied, then transfer.',
  ),
  'cancel-after-redemption': kind(
    409,
    'Redeemed engagements cannot be cancelled',
    'Redemption is final.',
    'PC-VVR; E13',
    'Settle the payment request; a person handles the rest.',
  ),
  'payment-status-out-of-order': kind(
    409,
    'This status cannot follow',
    'A payment request moves from submitted to paid and not back.',
    'SAVB-TRN; the order of statuses: service',
    'Check the status in the SAVB Online Payment Tool.',
  ),
  'settled-by-batch': kind(
    409,
    'Settled together with others',
    'What is asked for with a batch is answered for the whole batch.',
    'SAVB-TRN; service',
    'Say it to the batch, or take the engagement out of it first.',
  ),
  'batch-sealed': kind(
    409,
    'The batch is not collecting any more',
    'What SAVB was asked for, or may have been, is not changed before it says no.',
    'SAVB-TRN; service',
    'Wait for the answer; record it if SAVB shows one. Further vouchers go into the next batch.',
  ),
  'batch-closed': kind(
    409,
    'The batch is over',
    'A paid, denied or dissolved batch takes nothing more.',
    'service',
    'Say it to the engagements that were in it.',
  ),
  'already-in-batch': kind(
    409,
    'The voucher is in a batch already',
    'A voucher is asked for once.',
    'service',
    'Leave it there, or take it out of that batch first.',
  ),
  'batch-group-differs': kind(
    422,
    'Not of this batch’s group',
    'The vouchers of a batch have partner, offering, country, location and currency in common.',
    'SAVB-TRN',
    'Add the voucher to a batch of its own group.',
  ),
  'not-in-batch': kind(
    422,
    'Not an engagement of this batch',
    'Only who is in a batch can leave it.',
    'service',
    'Name engagements that the batch shows as its members.',
  ),
  'correct-by-splitting': kind(
    422,
    'Amount and country of a batch follow from its vouchers',
    'The total is computed from the vouchers; each has the rate of its country.',
    'SAVB-TRN, PS-264',
    'Take the engagement out of the batch and correct its own request.',
  ),
  'nothing-to-correct': kind(
    409,
    'There is no rejected request',
    'A payment request is corrected after a definite rejection, under a new key.',
    'E20; service',
    'Wait for the answer; record it if SAVB shows one.',
  ),
  'rate-unknown': kind(
    422,
    'There is no rate for this country',
    'A rate is never guessed.',
    'PS-264',
    'Give the amount, or add the rate to the rate table.',
  ),
  'reference-number-missing': kind(
    422,
    'The Microsoft reference number is missing',
    'A submitted request has a unique Microsoft reference number.',
    'SAVB-TRN',
    'Give the number SAVB showed.',
  ),
  'reference-number-wrong': kind(
    422,
    'This is not Microsoft’s reference number',
    'Microsoft gives a submitted request a number of its own.',
    'SAVB-TRN; service',
    'Copy the number from the confirmation page of SAVB.',
  ),
  'reference-number-used': kind(
    409,
    'The reference number belongs to another engagement',
    'A Microsoft reference number is unique.',
    'SAVB-TRN',
    'Check the number.',
  ),
  'task-unknown': kind(404, 'No such task', 'A task is resolved by its id.', 'service', 'List the tasks.'),
  'task-resolved': kind(
    409,
    'The task is resolved already',
    'A task is resolved once.',
    'service',
    'Read what is on record.',
  ),
  'task-of-another-role': kind(
    403,
    'The task belongs to another role',
    'Tasks belong to roles.',
    'E25',
    'Ask someone with the named role.',
  ),
  'task-claimed': kind(
    409,
    'Someone else works on the task',
    'A claimed task is one person’s until it is released.',
    'service',
    'Have it released.',
  ),
  'resolution-unknown': kind(
    422,
    'Not a way to resolve this task',
    'Each kind of task has its own resolutions.',
    'service',
    'Choose one of the named resolutions.',
  ),
  'resolution-not-possible': kind(
    409,
    'This resolution is not possible now',
    'A resolution must be true.',
    'service',
    'Do what the detail says, then resolve.',
  ),
  'offering-unknown': kind(
    422,
    'No such offering',
    'The catalogue of the edition lists the offerings.',
    'PC-REQ',
    'Choose an offering of the catalogue.',
  ),
  'competency-unknown': kind(
    422,
    'No such competency',
    'The catalogue of the edition lists the competencies.',
    'PC-REQ',
    'Choose a competency of the catalogue.',
  ),
  'before-programme': kind(
    422,
    'Before the programme began',
    'Nothing a partner reports is older than the programme.',
    'SAVB-TRN',
    'Correct the named day.',
  ),
  'mpn-id-used': kind(
    409,
    'The MPN id belongs to another partner',
    'One MPN id belongs to one partner.',
    'PC-MERGE; E23',
    'Check the MPN id; after an account merge, have the other partner give it up first.',
  ),
  'location-used': kind(
    409,
    'The location belongs to another partner',
    'A location belongs to one partner.',
    'PS-PROC',
    'Check the location id in Partner Center.',
  ),
  'location-unknown': kind(
    422,
    'Not a location of this partner',
    'Payment goes to a location of the partner.',
    'PS-SUM, SAVB-UG',
    'Add the location first, or name one of the partner’s own.',
  ),
  'membership-ends-soon': kind(
    422,
    'The membership ends too soon to enroll',
    'Within 90 days of its end the new MPN membership is activated first, then the partner enrolls.',
    'PS-QSG; E21',
    'Renew the MPN membership and have its new date recorded, then enroll.',
  ),
  'agreement-missing': kind(
    422,
    'The program agreement is not signed',
    'Whoever enrolls or renews has reviewed all policies and signed the current agreement.',
    'BASE, step 2',
    'A Global Admin reviews the policies and signs the agreement.',
  ),
  'agreement-version-differs': kind(
    422,
    'Not the current version of the agreement',
    'The edition of the rules names the version that is signed.',
    'BASE, step 2',
    'Sign the named version.',
  ),
  'renewal-not-open': kind(
    422,
    'The renewal is not open yet',
    'An enrollment is renewed in the last days of its year.',
    'BASE, step 2; PS-QSG',
    'Renew from the named day on.',
  ),
  'membership-not-renewed': kind(
    422,
    'The membership has not been renewed',
    'The renewed enrollment ends with the renewed membership.',
    'PS-QSG; E21',
    'Renew the MPN membership and have its new date recorded, then renew the enrollment.',
  ),
  'voucher-not-redeemed': kind(
    422,
    'No voucher of this offering is redeemed yet',
    'Registering with SAVB for an offering needs at least one redeemed voucher of it.',
    'PS-PAID; E16',
    'Redeem the first voucher, then register.',
  ),
} as const satisfies Record<string, RefusalKind>;

export type RefusalCode = keyof typeof REFUSALS;

/** A no as data: worded for a person, with what would be accepted instead. */
export interface Refusal {
  code: RefusalCode;
  detail: string;
  /** Offending fields of the payload. */
  errors?: { pointer: string; message: string }[];
  awaiting?: Awaiting;
}

/** A refusal; `fields` maps a field of the payload to the rule it breaks. */
export function refusal(code: RefusalCode, detail: string, fields?: Record<string, string>): Refusal {
  const errors = Object.entries(fields ?? {}).map(([field, message]) => ({ pointer: `/${field}`, message }));
  return errors.length > 0 ? { code, detail, errors } : { code, detail };
}
