import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Api } from '../client/cli/http';
import type { EngagementView, timelineSchema, Uploaded } from '../contracts/engagement';
import { MESSAGE_ROUTES } from '../contracts/messages';
import type { Stage } from '../contracts/names';
import { isFinalStage } from '../contracts/names';
import type { PartnerFacts } from '../contracts/partner';
import { partnerAt, registrationsOf, routeOf, stepsToSay, tellPartner, type Said } from './onboarding';
import { peopleOf, say as send, type Caller, type People } from './people';
import type { Say } from './provision/installation';
import { samplePayloads, samplePlan } from './sample/engagement';

type Timeline = z.infer<typeof timelineSchema>;

export interface WalkOptions {
  apiUrl: string;
  issuerUrl: string;
  /** The sample partner; what it has not done yet of steps 1 to 3 is walked, too. */
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
  const { partnerId, consultants } = partner;
  const people = await peopleOf({ ...options, partnerId, consultantId: consultants[0]?.consultantId });
  const { operator, partnerAdmin, consultant } = people;
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
  const post = (route: string, caller: Caller, payload: object) => {
    say(`        ${caller.role}: POST /v1${route} ${JSON.stringify(payload)}`);
    const call = async () => (await send<EngagementView>(caller, ['POST', route], engagement, payload, signal)).body;
    return timed(call, stageOf);
  };
  const tell = (message: keyof typeof payloads, caller: Caller) =>
    post(`${engagement}/${MESSAGE_ROUTES[message]}`, caller, payloads[message]);
  const upload = (file: string, { role, api }: Caller) => {
    const route = `${engagement}/deliverables/${path.basename(file)}`;
    say(`        ${role}: PUT /v1${route}`);
    const put = async () => (await api.call<Uploaded>('PUT', route, { file })).body;
    return timed(put, ({ size, sha256 }) => `${size} bytes, SHA-256 ${sha256.slice(0, 12)}…`);
  };

  const steps = stepsToSay(await partnerAt(people, partnerId), partner, today);
  if (steps.length === 0) say(`${partner.name} has done steps 1 to 3 before.`);
  for (const { title, said } of steps) {
    say(title);
    for (const one of said) await tellOfPartner(people, partnerId, one, say, timed);
  }
  say('Step 4  Customer creates and assigns the voucher');
  await post('/engagements', operator, start);
  await tell('assignVoucher', operator);
  say('Step 5  Validate and reserve the voucher, schedule the engagement');
  await tell('reserveVoucher', partnerAdmin);
  say('Step 6  Complete the engagement, hand over the deliverables, report');
  await upload(samplePlan, consultant);
  await tell('submitCompletionReport', consultant);
  say('Step 7  Redeem the voucher');
  let view = await tell('redeemVoucher', partnerAdmin);
  say('Step 8  Request payment: once the partner is registered with SAVB, the invoice goes out by itself');
  for (const one of registrationsOf(partner, (await partnerAt(people, partnerId)) ?? partner))
    await tellOfPartner(people, partnerId, one, say, timed);
  for (const deadline = Date.now() + PAID_WITHIN_MS; !isFinalStage(view.stage);)
    view = await timed(() => nextStage(operator.api, engagement, view.stage, deadline, signal), stageOf);

  const { body } = await operator.api.call<Timeline>('GET', `${engagement}/timeline`);
  tellTimeline(body.items, say);
  return { view, timeline: body.items, stages };
}

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

type Timed = <T>(call: () => Promise<T>, outcomeOf: (answer: T) => string) => Promise<T>;

async function tellOfPartner(people: People, partnerId: string, said: Said, say: Say, timed: Timed): Promise<void> {
  const [method, route] = routeOf(partnerId, said.name);
  say(`        ${said.by}: ${method} /v1${route} ${JSON.stringify(said.payload)}`);
  await timed(
    () => tellPartner(people, partnerId, said),
    ({ version }) => `version ${version}`,
  );
}

function tellTimeline(timeline: Walked['timeline'], say: Say): void {
  say('Timeline');
  for (const { version, at, type, actor, data } of timeline) {
    const what = typeof data.status === 'string' ? `${type} ${data.status}` : type;
    say(`        ${String(version).padStart(2)}  ${at}  ${what.padEnd(30)}  ${actor.role} ${actor.subject}`);
  }
}
