import type { StartRequest } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import type { Stage, TaskKind } from '../../contracts/names';
import { addDays } from '../../domain/days';
import { samplePayloads } from '../sample/engagement';

/** What is said in the course of an engagement, in its order. */
export const COURSE = ['assignVoucher', 'reserveVoucher', 'submitCompletionReport', 'redeemVoucher'] as const;
type CoursePayloads = { [Name in (typeof COURSE)[number]]: Payloads[Name] };

/** An engagement of which pictures are made. */
export interface Scene {
  start: StartRequest;
  payloads: CoursePayloads;
  /** How far it is brought by what is said to it. */
  last?: (typeof COURSE)[number];
  /** What goes wrong at SAVB, as its sandbox takes it. */
  faults?: object[];
  /** The statuses that SAVB goes on to. */
  statuses?: readonly ('approved' | 'paid')[];
  /** Where it is in the end. */
  stage: Stage;
  /** The task that it has in the end. */
  task?: TaskKind;
}

type Part = Pick<Scene, 'faults' | 'statuses' | 'task'> & {
  type?: string;
  offering?: string;
  level?: number;
  country?: 'SE' | 'DE';
  partnerId?: string;
  /** How many days ago the voucher was assigned; what follows moves with it. */
  assigned?: number;
  said?: { [Name in keyof CoursePayloads]?: Partial<CoursePayloads[Name]> };
};

const LAST: Partial<Record<Stage, Scene['last']>> = {
  voucherAssigned: 'assignVoucher',
  reserved: 'reserveVoucher',
  completionReported: 'submitCompletionReport',
  redeemed: 'redeemVoucher',
  paymentRequested: 'redeemVoucher',
  paymentApproved: 'redeemVoucher',
  paid: 'redeemVoucher',
};

/** One customer and where its engagement is; `today` is a calendar day. */
function scene(today: string, name: string, manager: string, stage: Stage, part: Part = {}): Scene {
  const engagementId = name
    .toLowerCase()
    .replace(/ (ab|gmbh)$/, '')
    .replaceAll(' ', '-');
  const { type = 'windowsOffice', offering = 'DDPS', level = 5, country = 'SE', assigned = 30, said = {} } = part;
  const domain = `${engagementId}.example`;
  const { start, ...payloads } = samplePayloads(engagementId, addDays(today, 30 - assigned));
  const voucherAdministratorEmail = `vouchers@${domain}`;
  const email = `${manager.toLowerCase().replaceAll(' ', '.')}@${domain}`;
  const place = { locationId: `contoso-${country.toLowerCase()}` };
  const customer = { name, country, customerId: engagementId };
  const partnerId = part.partnerId ?? start.partnerId;
  return {
    start: { ...start, partnerId, engagementType: type, serviceLevelDays: level, customer },
    payloads: {
      assignVoucher: {
        ...payloads.assignVoucher,
        ...{ voucherAdministratorEmail, projectManager: { name: manager, email }, offering, serviceLevelDays: level },
        ...said.assignVoucher,
      },
      reserveVoucher: { ...payloads.reserveVoucher, voucherAdministratorEmail, ...place, ...said.reserveVoucher },
      submitCompletionReport: {
        ...payloads.submitCompletionReport,
        daysDelivered: level,
        ...said.submitCompletionReport,
      },
      redeemVoucher: { ...payloads.redeemVoucher, redeemedOn: today, ...said.redeemVoucher },
    },
    last: LAST[stage],
    stage,
    ...{ faults: part.faults, statuses: part.statuses, task: part.task },
  };
}

/** Engagements in every stage, some of them in trouble. Those with whom SAVB fails come last: its faults strike whoever comes. */
export function scenesOf(today: string): Scene[] {
  const day = (days: number) => addDays(today, days);
  const windowsServer = { type: 'windowsServer', offering: 'PVDPS' };
  const schedule = (from: number, to: number) => ({ scheduledStart: day(from), scheduledEnd: day(to) });
  return [
    scene(today, 'Fabrikam AB', 'Lars Ek', 'paid', { statuses: ['approved', 'paid'] }),
    scene(today, 'City Power AB', 'Ulla Strand', 'paymentApproved', { level: 10, statuses: ['approved'] }),
    scene(today, 'Southridge Video AB', 'Ove Lund', 'paymentRequested'),
    scene(today, 'Alpine Ski House', 'Petra Huber', 'awaitingVoucher', { type: 'exchange', country: 'DE' }),
    scene(today, 'Margies Travel', 'Nora Falk', 'awaitingVoucher', {
      ...{ type: 'sharePoint', level: 3, country: 'DE', partnerId: 'northwind-consulting' },
    }),
    scene(today, 'Proseware GmbH', 'Hanna Vogt', 'voucherAssigned', { ...windowsServer, country: 'DE', assigned: 12 }),
    scene(today, 'Wingtip Toys AB', 'Sven Nyman', 'voucherAssigned', { assigned: 176, level: 3 }),
    scene(today, 'Tailspin Toys AB', 'Ida Berg', 'reserved', {
      ...{ type: 'mobileProductivity', assigned: 20 },
      said: { reserveVoucher: schedule(-4, 3) },
    }),
    scene(today, 'Adatum GmbH', 'Karl Braun', 'reserved', {
      ...{ type: 'sharePoint', offering: 'SDPS', country: 'DE', assigned: 24, level: 10 },
      said: { reserveVoucher: schedule(10, 24) },
    }),
    scene(today, 'Litware AB', 'Maja Sund', 'completionReported', {
      said: { submitCompletionReport: { startedOn: day(-23) } },
      task: 'engagementStartedEarly',
    }),
    scene(today, 'Trey Research AB', 'Nils Aker', 'completionReported', { level: 10, assigned: 45 }),
    scene(today, 'Woodgrove Bank AB', 'Elsa Dahl', 'redeemed', {
      faults: [{ fault: 'fail', status: 500, times: 3 }],
      task: 'submissionUnknown',
    }),
    scene(today, 'Blue Yonder AB', 'Axel Holm', 'redeemed', {
      faults: [{ fault: 'refuse', status: 401, times: 100_000 }],
    }),
  ];
}
