import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EngagementView } from '../../contracts/engagement';
import type { PartnerFacts } from '../../contracts/partner';
import { MESSAGE_ROUTES } from '../../contracts/messages';
import { registerWithSavb } from '../onboarding';
import { peopleOf, say, type People } from '../people';
import { samplePlan } from '../sample/engagement';
import { samplePartners } from '../sample/partners';
import { seed } from '../seed';
import { COURSE, type Scene } from './scenes';

export interface Theatre {
  apiUrl: string;
  issuerUrl: string;
  savbUrl: string;
  signal: AbortSignal;
}

const LOOK_MS = 100;
const WITHIN_MS = 60_000;
const PAYMENT_STAGES = { approved: 'paymentApproved', paid: 'paid' } as const;

/** Brings the sample partners and every scene to where they are to be. @throws ApiFailure | Error that says which stays where */
export async function setTheStage(theatre: Theatre, today: string, scenes: readonly Scene[]): Promise<void> {
  const [partner] = samplePartners(today);
  const consultantId = partner.consultants[0]?.consultantId;
  await seed(theatre);
  const people = await peopleOf({ ...theatre, partnerId: partner.partnerId, consultantId });
  for (const scene of scenes) await play(theatre, people, scene, partner);
}

async function play(theatre: Theatre, people: People, scene: Scene, partner: PartnerFacts): Promise<void> {
  const { start, payloads, last, stage, task, faults, statuses = [] } = scene;
  const { engagementId } = start;
  const route = `/engagements/${engagementId}`;
  const { signal } = theatre;
  if (faults) await control(theatre, 'faults', { faults });
  await say(people.operator, ['POST', '/engagements'], route, start, signal);
  for (const name of last === undefined ? [] : COURSE.slice(0, COURSE.indexOf(last) + 1)) {
    if (name === 'submitCompletionReport')
      await people.consultant.api.call('PUT', `${route}/deliverables/${path.basename(samplePlan)}`, {
        file: samplePlan,
      });
    await say(SPEAKERS[name](people), ['POST', `${route}/${MESSAGE_ROUTES[name]}`], route, payloads[name], signal);
  }
  // Open to whoever has redeemed a voucher.
  if (last === 'redeemVoucher') await registerWithSavb(people, partner);
  const reaches = (fits: (view: EngagementView) => boolean) => until(people, route, fits, signal);
  for (const status of statuses) {
    await reaches(({ paymentRequest }) => paymentRequest?.microsoftReferenceNumber !== undefined);
    await control(theatre, 'advance', { reference: `${engagementId}:invoice:1`, status });
    await reaches((view) => view.stage === PAYMENT_STAGES[status]);
  }
  await reaches((view) => view.stage === stage && (!task || view.tasks.some(({ kind }) => kind === task)));
}

const SPEAKERS = {
  assignVoucher: ({ operator }: People) => operator,
  reserveVoucher: ({ partnerAdmin }: People) => partnerAdmin,
  submitCompletionReport: ({ consultant }: People) => consultant,
  redeemVoucher: ({ partnerAdmin }: People) => partnerAdmin,
};

async function until(
  { operator }: People,
  route: string,
  fits: (view: EngagementView) => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const deadline = Date.now() + WITHIN_MS; ;) {
    const { body: view } = await operator.api.call<EngagementView>('GET', route);
    if (fits(view)) return;
    if (Date.now() > deadline) throw new Error(`${route} stays ${view.stage} for a minute.`);
    await pause(LOOK_MS, undefined, { signal });
  }
}

async function control({ savbUrl }: Theatre, route: 'faults' | 'advance', body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { ok, status } = await fetch(`${savbUrl}/control/${route}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (!ok) throw new Error(`SAVB's sandbox answered ${status} to ${JSON.stringify(body)}.`);
}
