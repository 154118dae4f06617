import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApi } from '../../client/api/app';
import { publishedKeys } from '../../client/api/access/tokens';
import { LIMITS } from '../../client/api/limits/limits';
import { createBatchesClient } from '../../client/batches/client';
import { createEngagementsClient } from '../../client/engagements/client';
import { createMessenger } from '../../client/messenger/messenger';
import { createPartnersClient } from '../../client/partners/client';
import { createReconciliationsClient } from '../../client/reconciliations/client';
import { createWebhooksClient } from '../../client/webhooks/client';
import { connectTemporal } from '../../client/engagements/temporal';
import type { EngagementView } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import { freePorts } from '../../dev/servers/ports';
import { addDays, dayOf } from '../../domain/days';
import { openRecords } from '../../records/connect';
import { loadRulebooks } from '../../records/rulebooks';
import { createIssuer } from '../../sandbox/issuer/server';
import { keep } from '../support/contract';
import { NO_PRESSURE } from './rig';

export const OPERATOR = { roles: ['operator'], subject: 'olle' };
export const PARTNER_ADMIN = { roles: ['partnerAdmin'], subject: 'pia', partnerId: 'contoso-services' };
export const CONSULTANT = { roles: ['consultant'], subject: 'eva.lind', partnerId: 'contoso-services' };
export const STRANGER = { roles: ['partnerAdmin'], subject: 'paul', partnerId: 'northwind-consulting' };

export type Who = typeof OPERATOR & { partnerId?: string; expiresIn?: number };

export interface Answer {
  status: number;
  headers: Headers;
  body: EngagementView & { type: string; detail: string; errors?: { pointer: string }[] };
}

export interface Request {
  as?: Who;
  key?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export type ApiHouse = Awaited<ReturnType<typeof openApi>>;

interface ApiOptions {
  address: string;
  mongoUri: string;
  /** With the web page, to which people sign in at the dev issuer. */
  withPortal?: true;
}

/** The API of this process behind its own socket, with the dev issuer behind another. */
export async function openApi({ address, mongoUri, withPortal }: ApiOptions) {
  const keysFolder = await mkdtemp(path.join(tmpdir(), 'planning-services-issuer-'));
  const [issuerPort = 0, port = 0] = withPortal ? await freePorts(2) : [];
  const issuerName = withPortal ? `http://127.0.0.1:${issuerPort}` : 'https://issuer.example';
  const tokens = { issuer: issuerName, audience: 'planning-services' };
  const issuer = await createIssuer({ keysFolder, ...tokens });
  const issuerUrl = await issuer.listen({ port: issuerPort, host: '127.0.0.1' });
  const records = await openRecords({ uri: mongoUri, timeoutMs: 1_000 });
  await records.migrate();
  const client = connectTemporal({ namespace: 'default', connection: { address } });
  const messenger = createMessenger({ client, verdictTimeoutMs: 2_000 });
  const api = await createApi(
    {
      records,
      rulebooks: loadRulebooks(),
      engagements: createEngagementsClient({ messenger, records }),
      partners: createPartnersClient({ messenger, records }),
      batches: createBatchesClient({ messenger, records }),
      reconciliations: createReconciliationsClient({ client, verdictTimeoutMs: 2_000 }),
      webhooks: createWebhooksClient({ client, verdictTimeoutMs: 2_000 }),
      allowLocalWebhooks: true,
      pingTemporal: async () => void (await client.workflowService.describeNamespace({ namespace: 'default' })),
      tokens: { ...tokens, keys: publishedKeys(`${issuerUrl}/jwks.json`, () => undefined) },
      ...(withPortal && {
        portal: {
          url: `http://127.0.0.1:${port}`,
          clientId: 'portal',
          clientSecret: undefined,
          scope: 'openid',
          sessionKey: new Uint8Array(randomBytes(32)),
        },
      }),
      edition: '2020-06',
      utcOffset: '+00:00',
    },
    false,
    { ...LIMITS, ...NO_PRESSURE },
  );
  const url = await api.listen({ port, host: '127.0.0.1' });

  async function token(who: Who): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${issuerUrl}/token`, { method: 'POST', headers, body: JSON.stringify(who) });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  /** One request; its answer is held to the contract. */
  async function send(route: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(url + route, init);
    const content = await answer.arrayBuffer();
    keep(api, {
      method: init.method ?? 'GET',
      url: route,
      status: answer.status,
      header: (name) => answer.headers.get(name) ?? undefined,
      text: Buffer.from(content).toString('utf8'),
    });
    // A clone of a long answer comes with other bytes.
    return new Response(content.byteLength > 0 ? content : null, answer);
  }

  async function call(method: string, route: string, request: Request = {}): Promise<Answer> {
    const { as = OPERATOR, key = randomUUID(), headers = {}, body } = request;
    const isJson = body !== undefined && !(body instanceof Uint8Array) && typeof body !== 'string';
    const answer = await send(route, {
      method,
      headers: {
        authorization: `Bearer ${await token(as)}`,
        'idempotency-key': key,
        ...(isJson && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: isJson ? JSON.stringify(body) : (body as Uint8Array<ArrayBuffer>),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Answer['body'] };
  }

  return {
    url,
    records,
    client,
    token,
    send,
    call,
    async stop() {
      await Promise.all([api.close(), issuer.close()]);
      await Promise.all([records.close(), client.connection.close()]);
      await rm(keysFolder, { recursive: true });
    },
  };
}

/** One engagement as a caller of the API sees it. */
export class Caller {
  readonly today = dayOf(new Date().toISOString(), '+00:00');

  private constructor(
    private readonly api: ApiHouse,
    readonly engagementId: string,
  ) {}

  static async start(api: ApiHouse, changes: object = {}): Promise<Caller> {
    const body = { ...startOf(`e-${randomUUID()}`), ...changes };
    const { status } = await api.call('POST', '/v1/engagements', { body });
    if (status !== 201) throw new Error(`the start was answered ${status}`);
    return new Caller(api, body.engagementId);
  }

  get route(): string {
    return `/v1/engagements/${this.engagementId}`;
  }

  say(route: string, body: unknown, request: Request = {}): Promise<Answer> {
    return this.api.call('POST', `${this.route}/${route}`, { body, ...request });
  }

  async view(): Promise<EngagementView> {
    return (await this.api.call('GET', this.route)).body;
  }

  upload(content: Uint8Array, headers: Record<string, string> = {}, as: Who = CONSULTANT): Promise<Answer> {
    return this.api.call('PUT', `${this.route}/deliverables/plan.pdf`, { body: content, headers, as });
  }

  get voucher(): Payloads['assignVoucher'] {
    return {
      voucherId: `V-${this.engagementId}`,
      voucherAdministratorEmail: 'vera@fabrikam.example',
      projectManager: { name: 'Per Persson', email: 'per@fabrikam.example' },
      offering: 'DDPS',
      serviceLevelDays: 5,
      assignedOn: this.today,
    };
  }

  get reservation(): Payloads['reserveVoucher'] {
    return {
      voucherId: `V-${this.engagementId}`,
      voucherAdministratorEmail: 'vera@fabrikam.example',
      locationId: 'contoso-se',
      scheduledStart: this.today,
      scheduledEnd: addDays(this.today, 4),
      consultantIds: ['eva.lind'],
      termsAccepted: true,
    };
  }

  get report(): Payloads['submitCompletionReport'] {
    return {
      startedOn: this.today,
      completedOn: this.today,
      deliveredToCustomerOn: this.today,
      daysDelivered: 5,
      consultantIds: ['eva.lind'],
      deliverables: [{ name: 'plan.pdf', kind: 'customerPlan' }],
      summary: 'Windows rollout planned',
    };
  }

  assign = (request: Request = {}) => this.say('voucher-assignment', this.voucher, request);
  reserve = (changes: object = {}) =>
    this.say('reservation', { ...this.reservation, ...changes }, { as: PARTNER_ADMIN });
}

export const startOf = (engagementId: string) => ({
  engagementId,
  partnerId: 'contoso-services',
  engagementType: 'windowsOffice',
  serviceLevelDays: 5,
  customer: { name: 'Fabrikam AB', country: 'SE', customerId: `fabrikam-${engagementId}` },
});
