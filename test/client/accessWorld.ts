import { Readable } from 'node:stream';
import type { InjectOptions } from 'fastify';
import type { JWTPayload } from 'jose';
import type { Access } from '../../client/api/access/accessTable';
import type { Outcome } from '../../client/messenger/messenger';
import { refuseOutOfTurn as refuseBatch } from '../../domain/batch/stages';
import { viewOf as batchViewOf } from '../../domain/batch/view';
import { refuseOutOfTurn } from '../../domain/engagement/stages';
import { viewOf } from '../../domain/engagement/view';
import { refusePartnerRole } from '../../domain/partner/roles';
import type { Refusal } from '../../domain/refusals';
import { summaryOf } from '../../records/partnerRows';
import type { Records } from '../../records/connect';
import type { RecordedWebhook } from '../../records/webhooks';
import { BATCH_IN_STAGE, IN_STAGE } from '../support/inEveryStage';
import { openRig, PARTNER, TASK } from './rig';

/** Stands in everything of partner contoso's that is not an id. */
export const SECRET = 'contoso-secret';

const SHA256 = 'a'.repeat(64);

/** What of contoso's there is, by the parameter that names it; `{stage}` is one of the stages it can be in. */
export const THINGS: Record<string, { known: string; stages: readonly string[] }> = {
  engagementId: { known: 'E-{stage}', stages: Object.keys(IN_STAGE) },
  batchId: { known: 'B-{stage}', stages: Object.keys(BATCH_IN_STAGE) },
  partnerId: { known: 'contoso', stages: ['any'] },
  taskId: { known: 'E-awaitingVoucher:voucherMissing:1', stages: ['any'] },
};

type Stages<State> = Record<string, State | undefined>;
const engagementOf = (id: string) => (IN_STAGE as Stages<(typeof IN_STAGE)['paid']>)[id.replace(/^E-/, '')];
const batchOf = (id: string) => (BATCH_IN_STAGE as Stages<(typeof BATCH_IN_STAGE)['paid']>)[id.replace(/^B-/, '')];

const task = { ...TASK, taskId: THINGS['taskId']!.known, engagementId: 'E-awaitingVoucher', title: SECRET };

const AT = '2020-07-01T08:00:00.000Z';
const webhook: RecordedWebhook = {
  endpointId: 'x-1',
  partnerId: PARTNER.partnerId,
  slot: 1,
  url: `https://hooks.contoso.example/${SECRET}`,
  status: 'enabled',
  createdAt: AT,
  createdBy: SECRET,
  secrets: [{ secret: SECRET, messageId: 'm-1' }],
  messageId: 'm-1',
  fingerprint: SHA256,
};

/** What every engagement was started with, by fabrikam: all of them were transferred since. */
export const START = {
  partnerId: 'fabrikam',
  engagementType: 'windowsOffice',
  serviceLevelDays: 5,
  customer: { name: 'Tailspin Toys', country: 'SE' },
};
const startOf = (engagementId: string) => ({
  events: [
    {
      ...{ engagementId, version: 1, type: 'EngagementStarted', at: AT },
      actor: { subject: 'somebody', role: 'partnerAdmin' },
      data: { ...START, rulebook: { id: '2020-06', hash: 'a' }, utcOffset: '+00:00' },
    },
  ],
});

/** Everything on record is contoso's. */
const records = {
  engagements: {
    all: async (id: string) => (engagementOf(id) ? [startOf(id)] : []),
    project: async () => undefined,
    view: async (id: string) => {
      const state = engagementOf(id);
      return state && { ...viewOf(state), engagementId: id, customer: { ...state.customer, name: SECRET } };
    },
    list: async ({ partnerId }: { partnerId?: string }) => ({
      items: whose(partnerId, await records.engagements.view('E-paid')),
    }),
    timeline: async () => [],
    messageStatus: async (_id: string, messageId: string) => ({ messageId, status: 'pending' }),
  },
  partners: {
    view: async (id: string) => (id === PARTNER.partnerId ? { ...PARTNER, name: SECRET } : undefined),
    list: async ({ partnerId }: { partnerId?: string }) => ({
      items: whose(partnerId, { ...summaryOf(PARTNER), name: SECRET }),
    }),
    timeline: async () => [],
    messageStatus: async (_id: string, messageId: string) => ({ messageId, status: 'pending' }),
  },
  batches: {
    view: async (id: string) => {
      const state = batchOf(id);
      return state && { ...batchViewOf(state), batchId: id };
    },
    list: async ({ partnerId }: { partnerId?: string }) => ({
      items: whose(partnerId, await records.batches.view('B-paid')),
    }),
    timeline: async () => [],
    messageStatus: async (_id: string, messageId: string) => ({ messageId, status: 'pending' }),
  },
  tasks: {
    find: async (id: string) => (id === task.taskId ? task : undefined),
    list: async ({ partnerId }: { partnerId?: string }) => ({ items: whose(partnerId, task) }),
  },
  deliverables: {
    find: async () => undefined,
    upload: async () => ({ name: 'plan.pdf', size: 1, sha256: SHA256 }),
    open: async () => ({ uploaded: { sha256: SHA256, size: SECRET.length }, stream: Readable.from([SECRET]) }),
  },
  invoiceDocuments: {
    open: async () => ({ document: { sha256: SHA256, size: SECRET.length }, stream: Readable.from([SECRET]) }),
  },
  paymentRequests: { get: async () => undefined },
  webhooks: {
    create: async () => 'created',
    list: async () => [],
    find: async (partnerId: string) => (partnerId === PARTNER.partnerId ? webhook : undefined),
    rotate: async () => true,
    remove: async () => undefined,
    deliveries: async () => ({ items: [] }),
  },
  apiKeys: { create: async () => undefined, list: async () => ({ items: [] }), revoke: async () => undefined },
  audit: { list: async () => ({ items: [] }) },
  erasure: { forget: async () => ({ forgotten: [] }) },
} as unknown as Records;

const whose = <Thing>(partnerId: string | undefined, thing: Thing): Thing[] =>
  partnerId === undefined || partnerId === PARTNER.partnerId ? [thing] : [];

/** Workflows that say no by role, tenant and stage as real ones do, and else yes. */
const outcomeOf = (refusal: Refusal | undefined): Outcome =>
  refusal ? { kind: 'refused', refusal } : { kind: 'verdict' };

/** The API over contoso's things. `told` counts what reached a workflow. */
export async function openWorld() {
  let told = 0;
  const rig = await openRig({
    // So many requests at once are no pressure to yield to.
    limits: { eventLoopDelayMs: 0, heapShare: 0 },
    records: { ...records, deliverables: records.deliverables, audit: records.audit },
    dependencies: {
      engagements: {
        start: async () => ({ kind: 'running' }),
        stateOf: async () => ({ kind: 'ended' }),
        send: async (id, name, { actor }) => {
          told += 1;
          return outcomeOf(refuseOutOfTurn(engagementOf(id)!, name, actor));
        },
      },
      partners: {
        send: async (id, name, { actor }) => {
          told += 1;
          return outcomeOf(refusePartnerRole(name, actor, id));
        },
      },
      batches: {
        send: async (id, name, { actor }) => {
          told += 1;
          return outcomeOf(refuseBatch(batchOf(id)!, name, actor));
        },
      },
    },
  });
  const contract = (await rig.api.inject('/openapi.json')).json<Contract>();
  return { ...rig, operations: operationsIn(contract), told: () => told };
}

interface Contract {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  components: { schemas: Record<string, { examples?: unknown[] }> };
}
interface Schema {
  $ref?: string;
  anyOf?: Schema[];
}

/** A route below `/v1` as the contract has it, with a body that its schema allows. */
export interface Operation {
  /** As the table of access names it. */
  name: string;
  method: InjectOptions['method'];
  path: string;
  body?: { mediaType: string; content: object | string };
}

function operationsIn({ paths, components }: Contract): Operation[] {
  const exampleOf = ({ $ref, anyOf = [] }: Schema): object => {
    const name = ($ref ?? anyOf[0]?.$ref)?.split('/').pop();
    if (name === undefined) return {};
    const [example] = components.schemas[name]?.examples ?? [];
    if (typeof example !== 'object' || example === null) throw new Error(`the contract has no example of ${name}`);
    return 'partnerId' in example ? { ...example, partnerId: PARTNER.partnerId } : example;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]): Operation => {
      const name = `${method.toUpperCase()} ${path}`;
      const [mediaType, { schema } = { schema: {} }] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const content = mediaType === 'application/json' ? exampleOf(schema) : 'content';
      return {
        name,
        method: method.toUpperCase(),
        path,
        ...(mediaType !== undefined && { body: { mediaType, content } }),
      };
    }),
  );
  return operations.filter(({ path }) => path.startsWith('/v1/'));
}

/** Somebody with a token: a role and a partner, or neither. */
export interface Caller {
  role?: string;
  partnerId?: string;
}

export const claimsOf = ({ role, partnerId }: Caller): JWTPayload => ({
  sub: 'somebody',
  roles: role === undefined ? [] : [role],
  ...(partnerId !== undefined && { partnerId }),
});

/** The parameters that name one of the things of this world. */
export const thingsIn = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (name in THINGS ? [name] : []));

/** A path about contoso's things, or with `isKnown` false about as many that nobody has. */
export const filled = (path: string, stage: string, isKnown: boolean): string =>
  path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const known = THINGS[name]?.known.replace('{stage}', stage);
    if (known === undefined) return 'x-1';
    return isKnown ? known : `u${known.slice(1)}`;
  });

/** Stages in which a route is tried: all that its thing can be in, if it is about one. */
export const stagesFor = (path: string): readonly string[] => THINGS[thingsIn(path)[0] ?? '']?.stages ?? ['any'];

/** What a caller whose partner it is gets, by the table. */
export function expectedOf({ scope, roles, stages }: Access, { role }: Caller, stage: string): string {
  const isRole = (roles as readonly string[]).includes(role ?? '');
  if (!isRole) return scope === 'one' && role === undefined ? 'hidden' : 'forbidden';
  return stages && !stages.includes(stage) ? 'out of turn' : 'let in';
}
