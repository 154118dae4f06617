import fc from 'fast-check';
import type { DeadlineKind, EngagementMessageName, ReportedPaymentStatus, Stage } from '../../contracts/names';
import {
  DEADLINE_KINDS,
  ENGAGEMENT_MESSAGES,
  REPORTED_PAYMENT_STATUSES,
  REQUIREMENTS,
  ROLES,
} from '../../contracts/names';
import type { Actor } from '../../contracts/messages';
import { addDays } from '../../domain/days';
import type { Facts } from '../../domain/engagement/decision';
import type { AllPayloads } from '../../domain/engagement/message';
import type { SavbAnswer } from '../../domain/settlement/answer';
import type { Engagement } from '../../domain/engagement/state';
import { frozen } from './frozen';
import { contoso, contosoWith } from './partner';
import { edition2020, edition2021 } from './rulebook';
import { payloads, plan, system, tell, type Told } from './story';

/** One thing that happens, as plain data: what it becomes depends on the engagement it happens to. */
export type Step =
  | { what: 'next'; after: number; dice: number[] }
  | { what: 'say'; name: EngagementMessageName; role: Actor['role']; after: number; dice: number[] }
  | { what: 'repeat'; which: number; after: number }
  | { what: 'deadline'; which: number; late: number }
  | { what: 'anyDeadline'; kind: DeadlineKind; after: number }
  | { what: 'savb'; status: SavbAnswer['status']; after: number; dice: number[] };

/** Where a story stands: what was said so far, and the moment. */
export interface Scene {
  state: Engagement;
  now: string;
  told: readonly Told[];
}

/** Hours: mostly days, sometimes weeks. */
const after = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 72 }) },
  { weight: 1, arbitrary: fc.integer({ min: 24, max: 24 * 70 }) },
);
/** A die below 8 is a plausible choice, 8 and 9 are wrong ones. */
const dice = fc.array(
  fc.oneof({ weight: 12, arbitrary: fc.nat(7) }, { weight: 1, arbitrary: fc.integer({ min: 8, max: 9 }) }),
  {
    minLength: 8,
    maxLength: 8,
  },
);
const savbStatuses = [
  'submitted',
  'byHand',
  'rejected',
  'cancelled',
  'unknown',
  'awaitingInvoice',
  'approved',
  'held',
  'sent',
  'paid',
] as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ what: fc.constant('next' as const), after, dice }) },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('say' as const),
      name: fc.constantFrom(...ENGAGEMENT_MESSAGES),
      role: fc.oneof({ weight: 8, arbitrary: fc.constant('operator' as const) }, fc.constantFrom(...ROLES)),
      after,
      dice,
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('repeat' as const), which: fc.nat(20), after }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('deadline' as const), which: fc.nat(2), late: fc.nat(48) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('anyDeadline' as const),
      kind: fc.constantFrom(...DEADLINE_KINDS),
      after,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('savb' as const), status: fc.constantFrom(...savbStatuses), after, dice }),
  },
);

/** Anything that may happen to an engagement from its first day on, under either edition of the rules. */
export const anyStory = fc.record({
  retired: fc.boolean(),
  serviceLevelDays: fc.constantFrom(undefined, 5, 15),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
});
export type Story = typeof anyStory extends fc.Arbitrary<infer Value> ? Value : never;

const lastingly = { attainedOn: '2018-01-01', expiresOn: '2099-12-31' };
const partner = contosoWith({
  competencies: [{ competency: 'windowsAndDevices', tier: 'gold', ...lastingly }],
  enrollments: [{ offering: 'DDPS', enrolledOn: '2018-01-01', enrolledUntil: '2099-12-31' }],
});
const partners: readonly Facts['partner'][] = frozen([
  contosoWith({ ...partner, enrollments: [] }),
  contosoWith({ ...partner, savbRegistrations: [] }),
  contosoWith({ ...partner, consultants: contoso.consultants.slice(2) }),
  undefined,
]);

/** The first thing of a story. */
export function beginning({ retired, serviceLevelDays }: Story): Told {
  const rulebook = { id: retired ? '2021-04' : '2020-06', hash: 'h' };
  const input = { ...payloads.startEngagement, rulebook, ...(serviceLevelDays !== undefined && { serviceLevelDays }) };
  const facts = { rulebook: EDITIONS[rulebook.id], partner };
  return tell('startEngagement', input, { on: retired ? '2021-04-20' : '2020-07-01', facts });
}

const EDITIONS: Record<string, Facts['rulebook']> = { '2020-06': edition2020, '2021-04': edition2021 };

/** The rules the engagement follows now. */
export const rulesOf = ({ rulebook }: Engagement): Facts['rulebook'] => EDITIONS[rulebook.id]!;

/** What the step becomes here and now. */
export function happening(step: Step, scene: Scene): Told {
  const { state, now, told } = scene;
  const rulebook = rulesOf(state);
  const as = `m-${told.length}`;
  const later = (hours: number, from = now) => new Date(Date.parse(from) + hours * 3_600_000).toISOString();
  switch (step.what) {
    case 'next':
      return said(scene, nextOf(state), { subject: 'olga', role: 'operator' }, later(step.after), step.dice);
    case 'say':
      return said(scene, step.name, { subject: step.role, role: step.role }, later(step.after), step.dice);
    case 'repeat': {
      const { message, facts } = told[step.which % told.length]!;
      return { message: { ...message, messageId: as, at: later(step.after) }, facts };
    }
    case 'deadline': {
      const due = state.deadlines[step.which % Math.max(1, state.deadlines.length)];
      const { kind, at } = due ?? { kind: 'closing', at: now };
      const passes = later(step.late, at > now ? at : now);
      return tell('passDeadline', { kind, at }, { at: passes, by: system, as, facts: { rulebook, partner } });
    }
    case 'anyDeadline':
      return tell(
        'passDeadline',
        { kind: step.kind, at: now },
        { at: later(step.after), by: system, as, facts: { rulebook } },
      );
    case 'savb': {
      const payload = {
        reference: pick(step.dice[0], 'E-1:invoice:1', 'E-1:invoice:2'),
        answer: answerOf(step.status, step.dice),
      };
      return tell('recordSavbAnswer', payload, {
        at: later(step.after),
        by: system,
        as,
        facts: factsOf(scene, step.dice),
      });
    }
  }
}

/** A plausible choice, or one of the others. */
function pick<Choice>(die: number | undefined, good: Choice, ...wrong: Choice[]): Choice {
  return die === undefined || die < 8 ? good : wrong[die % wrong.length]!;
}

const NEXT: Partial<Record<Stage, EngagementMessageName>> = {
  awaitingVoucher: 'assignVoucher',
  voucherAssigned: 'reserveVoucher',
  reserved: 'submitCompletionReport',
  completionReported: 'redeemVoucher',
  redeemed: 'recordPaymentStatus',
  paymentRequested: 'recordPaymentStatus',
  paymentApproved: 'recordPaymentStatus',
};

/** What moves the engagement on: a task in the way, given back first where somebody has it, else the message of its stage. */
function nextOf({ stage, openTasks }: Engagement): EngagementMessageName {
  if (openTasks.some(({ claimedBy }) => claimedBy !== undefined)) return 'releaseTask';
  return openTasks.some(({ resolutions }) => resolutions.length > 0) ? 'resolveTask' : (NEXT[stage] ?? 'addNote');
}

function said(scene: Scene, name: EngagementMessageName, by: Actor, at: string, rolled: number[]): Told {
  const payload = PAYLOADS[name](scene.state, at.slice(0, 10), rolled);
  return tell(name, payload, {
    at,
    by,
    as: `m-${scene.told.length}`,
    facts: { ...factsOf(scene, rolled), ...asked(name, payload) },
  });
}

/** What the world says about the edition or the partner that a message names. */
function asked(name: EngagementMessageName, payload: object): Partial<Facts> {
  const { rulebook: id = '', toPartnerId } = payload as { rulebook?: string; toPartnerId?: string };
  if (name === 'adoptRules')
    return { adopted: EDITIONS[id] && { rulebook: EDITIONS[id], reference: { id, hash: 'h' } } };
  return name === 'transferEngagement' && toPartnerId === 'contoso' ? { newPartner: partner } : {};
}

/** What the world says; now and then something is missing. */
function factsOf({ state }: Scene, rolled: readonly number[]): Partial<Facts> {
  const [die, other, third, fourth] = rolled.slice(-4);
  return {
    rulebook: rulesOf(state),
    partner: pick(die, partner, ...partners),
    uploads: pick(other, [plan], []),
    rate: pick(third, { minor: 100, currency: 'SEK' }, undefined),
    gateway: pick<Facts['gateway']>(third, 'http', 'manual', 'batch'),
    heldElsewhere: pick<Facts['heldElsewhere']>(
      fourth,
      {},
      {
        'voucher:V-1': 'E-2',
        'referenceNumber:MS-1': 'E-2',
        'fifteenDay:customer:fabrikam:windowsOffice': 'E-2',
      },
    ),
    ...(fourth === 7 && state.version % 5 === 0 && { rulebookDiffers: true as const }),
  };
}

function answerOf(status: SavbAnswer['status'], rolled: readonly number[]): SavbAnswer {
  switch (status) {
    case 'submitted':
      return { status, microsoftReferenceNumber: `MS-${(rolled[1] ?? 0) % 3}` };
    case 'byHand':
      return { status, sheet: 'sheet' };
    case 'rejected':
    case 'cancelled':
      return { status, message: 'no' };
    case 'unknown':
    case 'notRegistered':
      return { status, why: 'no answer' };
    case 'collected':
      return { status, batchId: `B-${(rolled[1] ?? 0) % 3}` };
    default:
      return { status };
  }
}

const VOUCHER_PROBLEMS = [
  'benefitNotActivated',
  'emailNotForwarded',
  'validationFailed',
  'reservedByOtherPartner',
  'wrongTypeOrLevel',
] as const;

const otherEdition = (id: string): string => (id === '2020-06' ? '2021-04' : '2020-06');

const taskOf = ({ openTasks }: Engagement, die = 0) => openTasks[die % Math.max(1, openTasks.length)];

/** The payload of each message: mostly what this engagement needs on `today`, sometimes something wrong. */
const PAYLOADS: {
  [Name in EngagementMessageName]: (state: Engagement, today: string, rolled: number[]) => AllPayloads[Name];
} = {
  assignVoucher: ({ serviceLevelDays = 5 }, today, [a, b, c, d]) => ({
    ...payloads.assignVoucher,
    voucherId: pick(a, 'V-1', 'V-2'),
    offering: pick(b, 'DDPS', 'SDPS'),
    serviceLevelDays: pick(c, serviceLevelDays, 7, 15),
    assignedOn: addDays(today, pick(d, -((d ?? 0) * 3), 1, -400)),
  }),
  replaceVoucher: (state, today, rolled) => ({
    ...PAYLOADS.assignVoucher(state, today, rolled),
    voucherId: pick(rolled[0], 'V-2', 'V-3'),
    reason: 'reissued',
    ...(rolled[1] === 5 && { expiresOn: addDays(today, 20) }),
  }),
  reserveVoucher: ({ voucher }, today, [a, b, c, d, e]) => ({
    ...payloads.reserveVoucher,
    voucherId: pick(a, voucher?.voucherId ?? 'V-1', 'V-9'),
    reservedOn: pick(b, voucher?.assignedOn, undefined, addDays(today, 1)),
    scheduledStart: addDays(voucher?.assignedOn ?? today, pick(c, c ?? 0, -1, 100)),
    scheduledEnd: addDays(voucher?.assignedOn ?? today, pick(d, 10 + (d ?? 0), 400, 5)),
    consultantIds: [pick(e, 'eva.lind', 'ola.ny', 'nobody')],
    ...(e === 3 && { exemption: 'differentDivision' as const }),
  }),
  cancelReservation: (_state, _today, [a]) => ({ reason: pick(a, 'changed', 'other') }),
  reschedule: ({ reservation }, today, [a, b]) => ({
    scheduledStart: addDays(reservation?.scheduledStart ?? today, pick(a, a ?? 0, -60)),
    scheduledEnd: addDays(reservation?.scheduledEnd ?? today, pick(b, 7, 400)),
  }),
  submitCompletionReport: ({ stage }, today, [a, b, c, d]) => ({
    ...payloads.submitCompletionReport,
    startedOn: addDays(today, pick(a, a === 5 ? -60 : 0, 1)),
    completedOn: today,
    deliveredToCustomerOn: today,
    daysDelivered: pick(b, b === 4 ? 3 : 5, 99),
    deliverables: pick(c, payloads.submitCompletionReport.deliverables, []),
    consultantIds: [pick(d, 'eva.lind', 'ola.ny')],
    ...(stage === 'completionReported' && d !== 1 && { corrects: true as const }),
  }),
  redeemVoucher: ({ voucher, completionReport }, today, [a]) => ({
    confirmed: true,
    ...(a !== 2 && {
      redeemedOn: pick(
        a,
        earliest(today, voucher?.expiresOn, completionReport?.deliveredToCustomerOn),
        addDays(today, 1),
      ),
    }),
  }),
  extendVoucher: ({ voucher }, today, [a]) =>
    a === 1
      ? { expiresOn: addDays(voucher?.expiresOn ?? today, 30), reason: 'granted' }
      : {
          ...pick<{ addDays: number } | { expiresOn: string }>(a, { addDays: 90 }, { expiresOn: today }),
          reason: 'granted',
        },
  cancelEngagement: (_state, _today, [a]) => ({ reason: pick(a, 'withdrawn', 'other') }),
  recordPaymentStatus: ({ stage }, today, [a, b, c]) => {
    const usual: ReportedPaymentStatus =
      stage === 'redeemed' ? 'submitted' : stage === 'paymentRequested' ? 'approved' : 'paid';
    const status = (a ?? 0) < 4 ? usual : REPORTED_PAYMENT_STATUSES[(b ?? 0) % REPORTED_PAYMENT_STATUSES.length]!;
    return {
      status,
      at: `${pick(c, today, addDays(today, 2))}T00:00:00Z`,
      ...(c !== 1 && { microsoftReferenceNumber: `MS-${(b ?? 0) % 3}` }),
      ...(c === 3 && { invoiceDocument: { kind: 'courier' as const, reference: 'DHL 1' } }),
    };
  },
  correctPaymentRequest: ({ paymentRequest }, today, [a, b, c, d]) => ({
    changes: {
      ...(a === 1 && { locationId: pick(b, paymentRequest?.locationId ?? 'contoso-se', 'nowhere') }),
      ...(b === 2 && { deliveryCountry: pick(c, 'SE', 'DE') }),
      ...(c === 3 && { amount: { minor: 200, currency: 'SEK' } }),
      ...(d === 4 && { invoiceDate: pick(a, today, addDays(today, 1)) }),
    },
    reason: 'rejected',
  }),
  reportVoucherProblem: (_state, _today, [a, b]) => ({
    problem: VOUCHER_PROBLEMS[(a ?? 0) % VOUCHER_PROBLEMS.length]!,
    ...(b === 1 && { note: 'again' }),
  }),
  adoptRules: ({ rulebook }, _today, [a]) => ({
    rulebook: pick(a, (a ?? 0) < 4 ? rulebook.id : otherEdition(rulebook.id), '1999-01'),
    reason: 'retirement',
  }),
  eligibilityChanged: (_state, today, [a, b, c]) => ({
    requirement: REQUIREMENTS[(a ?? 0) % REQUIREMENTS.length]!,
    met: b === 1 || b === 2,
    ...(c === 1 && { until: addDays(today, 30) }),
  }),
  recordLicenseEnd: (_state, today, [a]) => ({ endsOn: addDays(today, (a ?? 0) * 20) }),
  transferEngagement: ({ partnerId }, _today, [a]) => ({
    toPartnerId: pick(a, partnerId === 'contoso' ? 'fabrikam-services' : 'contoso', partnerId),
    reason: 'merged',
  }),
  updateCustomer: (_state, _today, [a, b, c]) => ({
    name: pick(a, 'Fabrikam AB', 'Fabrikam Group'),
    ...(b === 1 && { licensingId: 'L-1' }),
    ...(c === 1 && { projectManager: { name: 'Ann Ek', email: 'ann@fabrikam.example' } }),
  }),
  resolveTask: (state, _today, [a, b, c]) => {
    const task = taskOf(state, a);
    const resolution = task?.resolutions[(b ?? 0) % Math.max(1, task.resolutions.length)];
    return {
      taskId: pick(c, task?.taskId ?? 'none', 'E-1:paymentHeld:1'),
      ...(resolution !== undefined && { resolution }),
    };
  },
  claimTask: (state, _today, [a]) => ({ taskId: taskOf(state, a)?.taskId ?? 'none' }),
  releaseTask: (state, _today, [a]) => {
    const claimed = state.openTasks.find(({ claimedBy }) => claimedBy !== undefined);
    return { taskId: (claimed ?? taskOf(state, a))?.taskId ?? 'none' };
  },
  addNote: (_state, _today, [a]) => ({ text: `note ${a}` }),
};

/** The earliest day that is not before the last one given, at most `today`. */
function earliest(today: string, lastDay: string | undefined, notBefore: string | undefined): string {
  const day = lastDay !== undefined && lastDay < today ? lastDay : today;
  return notBefore !== undefined && day < notBefore ? notBefore : day;
}
