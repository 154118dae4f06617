import { fc } from '@fast-check/jest';
import type { InjectOptions } from 'fastify';
import { examplesOf } from '../../client/api/contract/examples';
import type { Outcome } from '../../client/messenger/messenger';
import { PROBLEMS, type ProblemCode } from '../../client/api/problems/problems';
import type { BatchView } from '../../contracts/batch';
import type { EngagementView } from '../../contracts/engagement';
import type { Problem } from '../../contracts/problems';
import { BATCH_ID, ENGAGEMENT_EXAMPLES, PARTNER_ID, START_EXAMPLE } from '../../contracts/examples';
import type { Task } from '../../contracts/tasks';
import { refusal, type RefusalCode } from '../../domain/refusals';
import { BATCH_REFUSALS, ENGAGEMENT_REFUSALS, PARTNER_REFUSALS } from '../../domain/refusalsByMessage';
import { openRecords, type Records } from '../../records/connect';
import { loadRulebooks } from '../../records/rulebooks';
import { samplePartners } from '../../dev/sample/partners';
import type { Contract } from '../support/contract';
import { requestsOf, type WireRequest } from '../support/requests';
import { mongoServer } from '../support/servers';
import { showPartner } from '../support/showPartner';
import { openRig } from './rig';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 10_000);
const AT_ONCE = 25;
const TIMEOUT_MS = 60_000 + REQUESTS * 20;

const mongo = mongoServer();

/** What workflows answer, one after the other: among all the rest, each refusal they know for the message. */
function answering(refusals: Readonly<Record<string, readonly RefusalCode[]>>, ...more: Outcome[]) {
  const outcomes = [...OUTCOMES, ...more];
  let turn = 0;
  return async (_id: string, name: string): Promise<Outcome> => {
    turn += 1;
    const codes = refusals[name] ?? [];
    const said = outcomes[turn % (outcomes.length + 2)];
    return said ?? { kind: 'refused', refusal: refusal(codes[turn % codes.length]!, 'not now') };
  };
}

const OUTCOMES: Outcome[] = [{ kind: 'verdict' }, { kind: 'accepted' }, { kind: 'busy' }, { kind: 'unknown' }];

describe('whatever is sent', () => {
  let records: Records;
  let rig: Awaited<ReturnType<typeof openRig>>;
  let contract: Contract;
  let tokens: string[];

  beforeAll(async () => {
    records = await openRecords({ uri: mongo().uri, timeoutMs: 5_000 });
    await records.migrate();
    for (const partner of samplePartners('2026-11-01')) await showPartner(records, partner);
    rig = await openRig({
      dependencies: {
        records,
        engagements: {
          start: async () => ({ kind: 'running' }),
          stateOf: async () => ({ kind: 'open' }),
          send: answering(ENGAGEMENT_REFUSALS, { kind: 'closed' }),
        },
        partners: { send: answering(PARTNER_REFUSALS) },
        batches: { send: answering(BATCH_REFUSALS, { kind: 'closed' }) },
      },
    });
    contract = (await rig.api.inject('/openapi.json')).json();
    const examples = examplesOf(loadRulebooks()) as { Engagement: EngagementView; Batch: BatchView; Task: Task };
    await records.engagements.project({ ...examples.Engagement, tasks: [examples.Task] });
    await records.batches.project(examples.Batch);
    const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
    const [operator, contoso, ...others] = await Promise.all([
      rig.token({ exp: inAnHour }),
      rig.token({ exp: inAnHour, roles: ['globalAdmin', 'partnerAdmin', 'consultant'], partnerId: PARTNER_ID }),
      rig.token({ exp: inAnHour, roles: ['support'] }),
      rig.token({ exp: inAnHour, roles: ['partnerAdmin'], partnerId: 'northwind-consulting' }),
      rig.token({ exp: inAnHour, roles: [] }),
    ]);
    // Whoever may do most comes furthest.
    tokens = [operator, operator, operator, contoso, contoso, contoso, ...others];
  });
  afterAll(() => records.close());

  const ids = {
    engagementId: [START_EXAMPLE.engagementId],
    batchId: [BATCH_ID],
    partnerId: [PARTNER_ID, 'northwind-consulting'],
    taskId: [ENGAGEMENT_EXAMPLES.claimTask.taskId, 'reconciliation:x:recordsDiffer:1'],
    name: ['deployment-plan.pdf'],
    code: ['busy', 'not-found'],
  };

  /** How often each status was answered. */
  const answered: Record<string, number> = {};

  /** The rig holds every answer to the contract besides. */
  async function expectSound(request: WireRequest): Promise<void> {
    const answer = await rig.api.inject(request as InjectOptions);
    const { statusCode, body, headers } = answer;
    answered[statusCode] = (answered[statusCode] ?? 0) + 1;
    if (statusCode === 500 || /\n {4}at |node_modules|\.[jt]s:\d+/.test(body)) throw new Error(`${statusCode} ${body}`);
    if (statusCode < 400) return;
    expect(headers['content-type']).toBe('application/problem+json');
    if (request.method === 'HEAD') return;
    const { type, status } = answer.json<Problem>();
    expect([status, PROBLEMS[type.replace('/problems/', '') as ProblemCode].status]).toStrictEqual([
      statusCode,
      statusCode,
    ]);
  }

  const title = `each of ${REQUESTS} requests is answered as the contract says, and never with an error of ours`;
  const check = async () => {
    const someRequests = fc.array(requestsOf(contract, { ids, tokens }), { minLength: AT_ONCE, maxLength: AT_ONCE });
    const ask = fc.asyncProperty(someRequests, async (requests) => {
      await Promise.all(requests.map((request) => expectSound(request)));
    });
    await fc.assert(ask, { numRuns: Math.ceil(REQUESTS / AT_ONCE) });
    expect(Object.keys(answered)).toStrictEqual(expect.arrayContaining(['200', '201', '202', '400', '403', '404']));
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  };
  test(title, check, TIMEOUT_MS);
});
