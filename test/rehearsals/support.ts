import { setTimeout as pause } from 'node:timers/promises';
import type { Role, Stage } from '../../contracts/names';
import type { ApiHouse } from '../client/apiHouse';
import { Case } from '../support/case';
import type { PartnerCase } from '../support/partnerCase';
import { refusalOf } from '../support/refusalOf';

type About = Case | PartnerCase;

/** Where an engagement stands; of a partner only its tasks are told. */
export interface Standing {
  stage?: Stage;
  /** The message that moves it on; a task that has to be resolved first is among the tasks. */
  awaits?: string | undefined;
  /** The kinds of the open tasks. */
  tasks: string[];
}

const SUBJECTS: Partial<Record<Role, string>> = { partnerAdmin: 'pia', globalAdmin: 'mira', consultant: 'eva.lind' };

/** What stands for words in `<…>` in every rehearsal. */
export function wordsAbout(about: About): Record<string, string> {
  const { partnerId, today } = about;
  if (!(about instanceof Case)) return { partnerId, today };
  const { assignVoucher, reserveVoucher } = about.payloads();
  return {
    partnerId,
    today,
    engagementId: about.engagementId,
    voucherId: assignVoucher.voucherId,
    voucherAdministratorEmail: assignVoucher.voucherAdministratorEmail,
    projectManager: assignVoucher.projectManager.name,
    projectManagerEmail: assignVoucher.projectManager.email,
    offering: assignVoucher.offering,
    days: String(assignVoucher.serviceLevelDays),
    assignedOn: assignVoucher.assignedOn,
    locationId: reserveVoucher.locationId,
    start: reserveVoucher.scheduledStart,
    end: reserveVoucher.scheduledEnd,
    consultantId: 'eva.lind',
  };
}

export const whyCommandOf = (about: About): string[] =>
  about instanceof Case ? ['why', about.engagementId] : ['partner', 'why', about.partnerId];

/** The environment of a command that somebody of this role runs, of the partner it is about. */
export async function envOf(api: ApiHouse, about: About, role: Role = 'operator'): Promise<NodeJS.ProcessEnv> {
  const partnerId = role === 'operator' ? undefined : (await about.view()).partnerId;
  const who = { roles: [role], subject: SUBJECTS[role] ?? 'olle', ...(partnerId && { partnerId }) };
  return { API_URL: api.url, ENGAGEMENTS_TOKEN: await api.token(who) };
}

/** The card as the Temporal UI shows it. */
export async function cardOf({ handle }: About): Promise<string> {
  return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
}

export async function standingOf(about: About): Promise<Standing> {
  if (!(about instanceof Case)) return { tasks: (await about.view()).tasks.map(({ kind }) => kind) };
  const { stage, awaiting, tasks } = await about.view();
  return {
    stage,
    ...(awaiting && !awaiting.message.startsWith('resolveTask') && { awaits: awaiting.message }),
    tasks: tasks.map(({ kind }) => kind),
  };
}

const LOOKS = 500;
const BETWEEN_LOOKS_MS = 20;

/** Asks until the answer fits; if it never does, the last answer is for whoever wonders why. */
export async function settled<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (let looks = 1; ; looks += 1) {
    const answer = await ask();
    if (fits(answer) || looks === LOOKS) return answer;
    await pause(BETWEEN_LOOKS_MS);
  }
}

/** Waits for something to be refused for this reason. */
export async function refusedAs(code: string, sending: Parameters<typeof refusalOf>[0]): Promise<void> {
  expect(await refusalOf(sending)).toBe(code);
}
