import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Api } from '../client/cli/http';
import { askForToken, createApi } from '../client/cli/http';
import type { EngagementView, MessageStatus, timelineSchema, Uploaded } from '../contracts/engagement';
import { MESSAGE_ROUTES } from '../contracts/messages';
import type { Role, Stage } from '../contracts/names';
import { FINAL_STAGES } from '../contracts/names';
import type { PartnerFacts } from '../contracts/partner';
import type { Say } from './provision/installation';
import { samplePayloads, samplePlan } from './sample/engagement';

type Timeline = z.infer<typeof timelineSchema>;

export interface WalkOptions {
  apiUrl: string;
  issuerUrl: string;
  /** The sample partner, which has done steps 1 to 3. */
  partner: PartnerFacts;
  engagementId: string;
  /** Calendar day; nothing in the walk happens later. */
  today: string;
  say: Say;
  signal: AbortSignal;
}

export interface Walked {
  view: EngagementView;
  timeline: Timeline['items'];
  /** The stages that were seen, in their order. */
  stages: Stage[];
}

const POLL_MS = 100;
const PAID_WITHIN_MS = 60_000;

/**
 * Walks one engagement through the eight steps of the programme by calls to the API, and tells each step, what was sent, the
 * stage it led to and how long that took.
 * @throws ApiFailure when the API refuses a call, Error when the engagement does not come to an end
 */
export async function walk(options: WalkOptions): Promise<Walked> {
  const { partner, engagementId, today, say, signal } = options;
  const { start, ...payloads } = samplePayloads(engagementId, today);
  const { operator, partnerAdmin, consultant } = await callersOf(options);
  const engagement = `/engagements/${engagementId}`;
  const stages: Stage[] = [];

  const timed = async <T>(call: () => Promise<T>, outcomeOf: (answer: T) => string): Promise<T> => {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const answer = await call();
    say(`        → ${outcomeOf(answer)}  (${Math.round(performance.now() - startedAt)} ms)`);
    return answer;
  };
  const stageOf = ({ stage }: EngagementView): Stage => {
    if (stages.at(-1) !== stage) stages.push(stage);
    return stage;
  };
  const post = (route: string, { role, api }: Caller, payload: object) => {
    say(`        ${role}: POST /v1${route} ${JSON.stringify(payload)}`);
    return timed(() => verdictOf(api, engagement, route, payload, signal), stageOf);
  };
  const send = (message: keyof typeof payloads, caller: Caller) =>
    post(`${engagement}/${MESSAGE_ROUTES[message]}`, caller, payloads[message]);
  const upload = (file: string, { role, api }: Caller) => {
    const route = `${engagement}/deliverables/${path.basename(file)}`;
    say(`        ${role}: PUT /v1${route}`);
    const put = async () => (await api.call<Uploaded>('PUT', route, { file })).body;
    return timed(put, ({ size, sha256 }) => `${size} bytes, SHA-256 ${sha256.slice(0, 12)}…`);
  };

  tellFacts(partner, say);
  say('Step 4  Customer creates and assigns the voucher');
  await post('/engagements', operator, start);
  await send('assignVoucher', operator);
  say('Step 5  Validate and reserve the voucher, schedule the engagement');
  await send('reserveVoucher', partnerAdmin);
  say('Step 6  Complete the engagement, hand over the deliverables, report');
  await upload(samplePlan, consultant);
  await send('submitCompletionReport', consultant);
  say('Step 7  Redeem the voucher');
  let view = await send('redeemVoucher', partnerAdmin);
  say('Step 8  Request payment: the invoice goes to SAVB by itself');
  for (const deadline = Date.now() + PAID_WITHIN_MS; !isFinal(view);)
    view = await timed(() => nextStage(operator.api, engagement, view.stage, deadline, signal), stageOf);

  const { body } = await operator.api.call<Timeline>('GET', `${engagement}/timeline`);
  tellTimeline(body.items, say);
  return { view, timeline: body.items, stages };
}

interface Caller {
  role: Role;
  api: Api;
}

/** Everybody who has a part in the walk, each with a token of their own. */
async function callersOf({ apiUrl, issuerUrl, partner: { partnerId, consultants } }: WalkOptions) {
  const caller = async (role: Role, subject?: string, partnerId?: string): Promise<Caller> => {
    const token = await askForToken(issuerUrl, { role, subject, partnerId });
    return { role, api: createApi({ apiUrl, issuerUrl, token }) };
  };
  return {
    operator: await caller('operator', 'olivia.operator'),
    partnerAdmin: await caller('partnerAdmin', 'mira.holm', partnerId),
    consultant: await caller('consultant', consultants[0]?.consultantId, partnerId),
  };
}

/** The engagement after a message; a message accepted without a verdict is waited for. */
async function verdictOf(
  api: Api,
  engagement: string,
  route: string,
  payload: object,
  signal: AbortSignal,
): Promise<EngagementView> {
  const key = randomUUID();
  const answer = await api.call<EngagementView>('POST', route, { json: payload, key });
  if (answer.status !== 202) return answer.body;
  for (;;) {
    const { body } = await api.call<MessageStatus>('GET', `${engagement}/messages/${key}`);
    if (body.status === 'applied') return (await api.call<EngagementView>('GET', engagement)).body;
    if (body.status === 'refused') throw new Error(`POST ${route} was refused: ${body.reason?.detail}`);
    await pause(POLL_MS, undefined, { signal });
  }
}

const isFinal = ({ stage }: EngagementView): boolean => (FINAL_STAGES as readonly Stage[]).includes(stage);

async function nextStage(
  api: Api,
  engagement: string,
  from: Stage,
  deadline: number,
  signal: AbortSignal,
): Promise<EngagementView> {
  for (;;) {
    const { body: view } = await api.call<EngagementView>('GET', engagement);
    if (view.stage !== from) return view;
    if (Date.now() > deadline) {
      const open = view.tasks.filter(({ status }) => status === 'open').map(({ kind }) => kind);
      throw new Error(`The engagement stays ${from}. Open tasks: ${open.join(', ') || 'none'}.`);
    }
    await pause(POLL_MS, undefined, { signal });
  }
}

/** Steps 1 to 3 were done by the partner before; its record says so. */
function tellFacts(partner: PartnerFacts, say: Say): void {
  say('Step 1  Verify eligibility');
  say(`        ${partner.name}: compliance training on ${partner.complianceTraining?.completedOn}`);
  for (const { competency, tier, expiresOn } of partner.competencies)
    say(`        ${partner.name}: ${competency}, ${tier}, until ${expiresOn}`);
  for (const { name, assessments } of partner.consultants.filter(({ assessments }) => assessments.length > 0))
    say(`        ${name}: ${assessments.map(({ code, competency }) => `${code} (${competency})`).join(', ')}`);
  say('Step 2  Enroll');
  say(`        agreement ${partner.agreement?.agreementVersion} signed on ${partner.agreement?.signedOn}`);
  for (const { offering, enrolledUntil } of partner.enrollments) say(`        ${offering} until ${enrolledUntil}`);
  say('Step 3  Create the business profile');
  for (const { locationId, name, country } of partner.locations) say(`        ${locationId}: ${name}, ${country}`);
}

function tellTimeline(timeline: Walked['timeline'], say: Say): void {
  say('Timeline');
  for (const { version, at, type, actor, data } of timeline) {
    const what = typeof data.status === 'string' ? `${type} ${data.status}` : type;
    say(`        ${String(version).padStart(2)}  ${at}  ${what.padEnd(30)}  ${actor.role} ${actor.subject}`);
  }
}
