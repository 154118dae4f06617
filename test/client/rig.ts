import type { FastifyInstance, FastifyServerOptions, InjectOptions } from 'fastify';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { createApi } from '../../client/api/app';
import type { ApiDependencies } from '../../client/api/dependencies';
import type { BatchesClient } from '../../client/batches/client';
import type { EngagementsClient } from '../../client/engagements/client';
import type { Outcome, SendOptions } from '../../client/messenger/messenger';
import { LIMITS, type Limits } from '../../client/api/limits/limits';
import type { PartnersClient } from '../../client/partners/client';
import type { BatchView } from '../../contracts/batch';
import type { EngagementView } from '../../contracts/engagement';
import type { Envelope } from '../../contracts/messages';
import type { PartnerView } from '../../contracts/partner';
import type { Task } from '../../contracts/tasks';
import type { Records } from '../../records/connect';
import { loadRulebooks } from '../../records/rulebooks';
import { keepToContract } from '../support/contract';
import { contoso } from '../support/partner';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'planning-services';

export interface Sent {
  /** The engagement, the partner or the batch. */
  id: string;
  name: string;
  envelope: Envelope;
  options: SendOptions;
}

/** An engagement of partner contoso, at version 3. */
export const VIEW: EngagementView = {
  engagementId: 'E-1',
  partnerId: 'contoso',
  engagementType: 'windowsOffice',
  customer: { name: 'Tailspin Toys', country: 'SE' },
  rulebook: { id: '2020-06', hash: 'a' },
  stage: 'awaitingVoucher',
  version: 3,
  tasks: [],
  startedAt: '2020-07-01T08:00:00.000Z',
  updatedAt: '2020-07-01T08:00:00.000Z',
};

export const TASK: Task = {
  taskId: 'E-1:voucherMissing:1',
  kind: 'voucherMissing',
  status: 'open',
  engagementId: 'E-1',
  partnerId: 'contoso',
  role: 'operator',
  title: 'No voucher yet',
  instructions: 'Ask for it.',
  resolutions: ['keepWaiting'],
  openedAt: '2020-07-08T00:00:00.000Z',
};

/** Partner contoso, at version 7. */
export const PARTNER: PartnerView = {
  ...contoso,
  version: 7,
  tasks: [],
  registeredAt: '2020-05-01T08:00:00.000Z',
  updatedAt: '2020-06-10T08:00:00.000Z',
};

export const PARTNER_TASK: Task = {
  taskId: 'partner:contoso:competencyExpiring:1',
  kind: 'competencyExpiring',
  status: 'open',
  partnerId: 'contoso',
  role: 'partnerAdmin',
  title: 'A competency runs out',
  instructions: 'Attain it again.',
  resolutions: ['noted'],
  openedAt: '2021-04-01T00:00:00.000Z',
};

/** A batch of partner contoso that collects, at version 4. */
export const BATCH: BatchView = {
  batchId: 'DDPS-SE-0123456789-1',
  partnerId: 'contoso',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  currency: 'SEK',
  stage: 'collecting',
  version: 4,
  members: [
    {
      engagementId: 'E-1',
      reference: 'E-1:invoice:1',
      voucherId: 'V-1',
      serviceLevelDays: 5,
      redeemedOn: '2020-09-01',
      amount: { minor: 8_250_000, currency: 'SEK' },
      paymentRequestDueOn: '2020-10-31',
    },
  ],
  total: { minor: 8_250_000, currency: 'SEK' },
  nextDeadline: { kind: 'batchDue', at: '2020-09-15T00:00:00.000Z' },
  tasks: [],
  openedAt: '2020-09-01T08:00:00.000Z',
  updatedAt: '2020-09-01T08:00:00.000Z',
};

export const BATCH_TASK: Task = {
  taskId: 'batch:DDPS-SE-0123456789-1:paymentHeld:1',
  kind: 'paymentHeld',
  status: 'open',
  batchId: 'DDPS-SE-0123456789-1',
  partnerId: 'contoso',
  role: 'operator',
  title: 'SAVB holds the payment',
  instructions: 'Ask why.',
  resolutions: ['bankDetailsCorrected'],
  openedAt: '2020-10-01T00:00:00.000Z',
};

const UNLIMITED = { requests: Number.MAX_SAFE_INTEGER, windowMs: 1_000 };
/** A busy machine is none of the tests' business. */
export const NO_PRESSURE = { eventLoopDelayMs: 0, heapShare: 0 };

type Deep<T> = { [Key in keyof T]?: T[Key] extends (...args: never[]) => unknown ? T[Key] : Partial<T[Key]> };

/** The API over a fake workflow side and fake records, for what is pure HTTP. `sent` holds what reached the workflows. */
export async function openRig({
  records = {},
  outcome = { kind: 'verdict' },
  dependencies = {},
  limits = {},
  logger = false,
}: {
  records?: Deep<Records>;
  outcome?: Outcome;
  dependencies?: Partial<ApiDependencies>;
  /** Rates are not limited and nothing yields to pressure, unless told otherwise. */
  limits?: Partial<Limits>;
  logger?: FastifyServerOptions['logger'];
} = {}) {
  const sent: Sent[] = [];
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
  const engagements: EngagementsClient = {
    start: async () => ({ kind: 'running' }),
    stateOf: async () => ({ kind: 'ended' }),
    send: async (id, name, envelope, options) => {
      sent.push({ id, name, envelope, options });
      return outcome;
    },
  };
  const partners: PartnersClient = {
    send: async (id, name, envelope, options) => {
      sent.push({ id, name, envelope, options });
      return outcome;
    },
  };
  const batches: BatchesClient = {
    send: async (id, name, envelope, options) => {
      sent.push({ id, name, envelope, options });
      return outcome;
    },
  };
  const api = await createApi(
    {
      records: fakeRecords(records),
      rulebooks: loadRulebooks(),
      engagements,
      partners,
      batches,
      reconciliations: { find: async () => ({ kind: 'unknown' }), run: async () => ({ kind: 'unknown' }) },
      webhooks: { tryOut: async () => ({ kind: 'pending' }) },
      allowLocalWebhooks: false,
      pingTemporal: async () => undefined,
      tokens: { issuer: ISSUER, audience: AUDIENCE, keys: createLocalJWKSet({ keys: [jwk] }) },
      edition: '2020-06',
      utcOffset: '+00:00',
      ...dependencies,
    },
    logger,
    { ...LIMITS, tenantRate: UNLIMITED, addressRate: UNLIMITED, ...NO_PRESSURE, ...limits },
  );

  keepToContract(api);

  /** A token as the issuer would sign it; `claims` replace its own, undefined ones are left out. */
  const token = async (claims: JWTPayload = {}): Promise<string> => {
    const nowS = Math.floor(Date.now() / 1_000);
    const all = { iss: ISSUER, aud: AUDIENCE, sub: 'olga', iat: nowS, exp: nowS + 60, roles: ['operator'], ...claims };
    return new SignJWT(JSON.parse(JSON.stringify(all)) as JWTPayload)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(privateKey);
  };

  /** One request with a token of these claims and an Idempotency-Key. */
  const call = async (method: InjectOptions['method'], url: string, options: Call = {}) => {
    const { claims, headers = {}, ...rest } = options;
    const authorization = `Bearer ${await token(claims)}`;
    const all = Object.entries({ authorization, 'idempotency-key': 'key-1', ...headers });
    const sent = Object.fromEntries(all.filter(([, value]) => value !== undefined));
    return api.inject({ method, url, headers: sent, ...rest });
  };
  return { api, sent, token, call };
}

export interface Call {
  claims?: JWTPayload;
  /** An undefined header is not sent. */
  headers?: Record<string, string | undefined>;
  payload?: InjectOptions['payload'];
}

export const partnerAdmin = (partnerId: string): JWTPayload => ({ sub: 'paula', roles: ['partnerAdmin'], partnerId });

function fakeRecords({
  engagements,
  partners,
  batches,
  tasks,
  deliverables,
  answers,
  audit,
  endedSessions,
  ...rest
}: Deep<Records>): Records {
  const unheard = { recordedSince: async () => [], outcomeOf: async () => undefined };
  return {
    engagements: {
      view: async (id: string) => (id === VIEW.engagementId ? VIEW : undefined),
      ...unheard,
      ...engagements,
    },
    partners: {
      view: async (id: string) => (id === PARTNER.partnerId ? PARTNER : undefined),
      ...unheard,
      ...partners,
    },
    batches: {
      view: async (id: string) => (id === BATCH.batchId ? BATCH : undefined),
      ...unheard,
      ...batches,
    },
    tasks: {
      find: async (id: string) => [TASK, PARTNER_TASK, BATCH_TASK].find(({ taskId }) => taskId === id),
      ...tasks,
    },
    deliverables: { ...deliverables },
    audit: { hasRoom: () => true, write: async () => ({ stored: true }), close: async () => [], ...audit },
    answers: {
      find: async () => undefined,
      reserve: async () => true,
      giveBack: async () => undefined,
      keep: async () => undefined,
      ...answers,
    },
    endedSessions: { end: async () => undefined, has: async () => false, ...endedSessions },
    ping: async () => undefined,
    ...rest,
  } as unknown as Records;
}

/** What an address answers, without what differs from call to call. */
export const problemIn = ({ statusCode, headers, body }: Awaited<ReturnType<FastifyInstance['inject']>>) => ({
  status: statusCode,
  type: headers['content-type'],
  problem: JSON.parse(body) as unknown,
});
