import { askForToken } from '../../client/cli/http';
import { createCookies } from '../../client/portal/cookies';
import type { EngagementView } from '../../contracts/engagement';
import { isFinalStage, STAGES } from '../../contracts/names';
import { openRecords } from '../../records/connect';
import { urlOf } from '../settings';
import type { Stack } from '../stack';
import { inPool } from './pool';
import { seededRandom } from './statistics';

export const SHOWN = 5_000;
const AT_ONCE = 10;
const WARM_UP = 10;
/** All that is asked of the API for them stays below a tenant's limit of requests. */
const VISITS = 100;
const SESSION_S = 600;
const DEADLINES_WITHIN_MS = 180 * 24 * 60 * 60 * 1_000;

/** The portal's first page: milliseconds from request to the last byte, one visit after the other, and its size. */
export interface FirstPage {
  tookMs: number[];
  bytes: number;
}

/**
 * Shows 5,000 engagements that have all that the one called `like` has, as many in each stage, due at random within half a year unless they are over,
 * and visits the board as an operator. They have no workflows: nothing else can be measured on the stack afterwards.
 */
export async function visitFirstPage(
  { settings, ports }: Pick<Stack, 'settings' | 'ports'>,
  { like, seed }: { like: string; seed: number },
): Promise<FirstPage> {
  const records = await openRecords({ uri: settings.MONGODB_URI, timeoutMs: 10_000 });
  try {
    const sample = await records.engagements.view(like);
    if (!sample) throw new Error(`${like} is not shown`);
    const random = seededRandom(seed);
    const views = Array.from({ length: SHOWN }, (_, index) => shown(sample, index, random()));
    await inPool(SHOWN, AT_ONCE, (index) => records.engagements.show(views[index]!));
  } finally {
    await records.close();
  }
  const url = urlOf(ports.api);
  const token = await askForToken(urlOf(ports.issuer), { role: 'operator', subject: 'olivia.operator' });
  const { PORTAL_SESSION_KEY = '' }: NodeJS.ProcessEnv = settings;
  const cookies = createCookies(Buffer.from(PORTAL_SESSION_KEY, 'base64'), url);
  const cookie = `${cookies.nameOf('session')}=${await cookies.seal('session', { token }, SESSION_S)}`;
  const visits: { tookMs: number; bytes: number }[] = [];
  for (let visit = 0; visit < WARM_UP + VISITS; visit += 1) visits.push(await visitOnce(`${url}/portal`, cookie));
  const measured = visits.slice(WARM_UP);
  return { tookMs: measured.map(({ tookMs }) => tookMs), bytes: Math.max(...measured.map(({ bytes }) => bytes)) };
}

async function visitOnce(url: string, cookie: string): Promise<{ tookMs: number; bytes: number }> {
  const startedAt = performance.now();
  const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
  const { byteLength } = await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`the portal's first page was answered ${answer.status}`);
  return { tookMs: performance.now() - startedAt, bytes: byteLength };
}

function shown({ nextDeadline, ...sample }: EngagementView, index: number, chance: number): EngagementView {
  const stage = STAGES[index % STAGES.length]!;
  const engagementId = `shown-${index}`;
  const isOver = isFinalStage(stage);
  const at = new Date(Date.now() + chance * DEADLINES_WITHIN_MS).toISOString();
  return {
    ...sample,
    engagementId,
    stage,
    customer: { ...sample.customer, name: `Customer of ${engagementId}`, customerId: engagementId },
    ...(!isOver && { nextDeadline: { kind: nextDeadline?.kind ?? 'voucherExpiry', at } }),
  };
}
