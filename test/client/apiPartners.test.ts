import { MongoNetworkError } from 'mongodb';
import { PARTNER_MESSAGE_ROLES, ROLES } from '../../contracts/names';
import { PARTNER_PUTS, PARTNER_ROUTES, type PartnerPayloads } from '../../contracts/partner';
import type { PartnerEvent } from '../../domain/partner/events';
import { fingerprintOf } from '../../records/fingerprint';
import { InvalidCursor } from '../../records/pages';
import { summaryOf } from '../../records/partnerRows';
import { openRig, PARTNER, PARTNER_TASK, partnerAdmin, problemIn } from './rig';

const contoso = '/v1/partners/contoso';
const membership = { name: 'Contoso Services', mpnId: '1234567', membershipRenewsOn: '2021-06-30' };
const training = { completedOn: '2020-05-01', evidence: 'course record' };
const profile = {
  headline: 'Windows rollouts',
  description: 'Planned in five days',
  website: 'https://contoso.example',
  countries: ['SE'],
  offerings: ['DDPS'],
  contactEmail: 'hello@contoso.example',
};
const payloads: { [Name in keyof typeof PARTNER_ROUTES]: PartnerPayloads[Name] } = {
  updateMembership: membership,
  recordComplianceTraining: training,
  recordCompetency: {
    competency: 'datacenter',
    tier: 'gold',
    attainedOn: '2020-01-01',
    expiresOn: '2021-01-01',
  },
  recordConsultant: { consultantId: 'bo', name: 'Bo Ek', assessments: [] },
  addLocation: { locationId: 'contoso-dk', country: 'DK', name: 'Contoso Odense' },
  updateBusinessProfile: profile,
  signAgreement: {
    signedBy: 'Mira Holm',
    signedOn: '2020-06-01',
    policiesReviewedOn: '2020-05-28',
    agreementVersion: '2020-06',
  },
  enrollInOfferings: { offerings: ['DDPS'] },
  renewEnrollment: { requirementsReviewedOn: '2021-06-01', policiesReviewedOn: '2021-06-01', offerings: ['DDPS'] },
  withdrawFromOffering: { offering: 'DDPS', reason: 'no consultants' },
  registerWithSavb: { offering: 'DDPS', locationId: 'contoso-se', bankAccountReference: 'SE-1' },
  mapBankAccount: { locationId: 'contoso-se', bankAccountReference: 'SE-2' },
};
type Routed = keyof typeof payloads;
const messages = Object.keys(payloads) as Routed[];

const methodOf = (name: Routed) => (PARTNER_PUTS.includes(name) ? 'PUT' : 'POST');
const urlOf = (name: Routed, partner = contoso) => `${partner}/${PARTNER_ROUTES[name]}`.replace(/\/$/, '');

const PARTNER_EVENT: PartnerEvent = {
  partnerId: 'contoso',
  version: 1,
  type: 'NoteAdded',
  at: '2020-07-01T08:00:00.000Z',
  messageId: 'key-1',
  actor: { subject: 'olga', role: 'operator' },
  rulebook: '2020-06',
  data: { text: 'noted' },
};

const mongoDown = async (): Promise<never> => {
  throw new MongoNetworkError('connection closed');
};

describe('who may say what to a partner', () => {
  const cases = messages.flatMap((name) => ROLES.map((role) => [name, role] as const));

  test.each(cases)('%s from %s', async (name, role) => {
    const { call, sent } = await openRig();
    const claims = { roles: [role], partnerId: 'contoso' };
    const answer = await call(methodOf(name), urlOf(name), { payload: payloads[name], claims });
    const may = PARTNER_MESSAGE_ROLES[name].includes(role);
    expect(answer.statusCode).toBe(may ? 200 : 403);
    expect(sent.map(({ id, envelope }) => [id, envelope.actor.role, envelope.payload])).toStrictEqual(
      may ? [['contoso', role, payloads[name]]] : [],
    );
  });

  test('the Global Admin alone signs, enrolls, renews and registers for the partner', () => {
    const without = messages.filter((name) => !PARTNER_MESSAGE_ROLES[name].includes('partnerAdmin'));
    expect(without.sort()).toStrictEqual(
      [
        'updateMembership',
        'signAgreement',
        'enrollInOfferings',
        'renewEnrollment',
        'registerWithSavb',
        'mapBankAccount',
      ].sort(),
    );
  });

  test('a Partner Admin who signs is told who may', async () => {
    const { call } = await openRig();
    const claims = partnerAdmin('contoso');
    const answer = await call('POST', `${contoso}/agreement`, { payload: payloads.signAgreement, claims });
    expect(problemIn(answer)).toStrictEqual({
      status: 403,
      type: 'application/problem+json',
      problem: {
        type: '/problems/forbidden',
        title: 'Your role may not do this',
        status: 403,
        detail: 'this is for operator, globalAdmin',
        instance: `${contoso}/agreement`,
      },
    });
  });

  test('an operator signs on behalf of the Global Admin, and both are kept', async () => {
    const { call, sent } = await openRig();
    const headers = { 'on-behalf-of': 'mira.holm@contoso.example' };
    await call('POST', `${contoso}/agreement`, { payload: payloads.signAgreement, headers });
    expect(sent[0]?.envelope.actor).toStrictEqual({
      subject: 'olga',
      role: 'operator',
      onBehalfOf: 'mira.holm@contoso.example',
    });
  });

  test('nobody else acts on behalf of someone', async () => {
    const { call, sent } = await openRig();
    const claims = { roles: ['globalAdmin'], partnerId: 'contoso' };
    const headers = { 'on-behalf-of': 'paula' };
    const answer = await call('POST', `${contoso}/agreement`, { payload: payloads.signAgreement, headers, claims });
    expect([answer.statusCode, sent.length]).toStrictEqual([403, 0]);
  });
});

describe('a foreign and an unknown partner are the same nothing', () => {
  const foreign = { ...partnerAdmin('fabrikam'), roles: ['globalAdmin', 'partnerAdmin'] };
  const nothing = async (method: 'GET' | 'PUT' | 'POST', url: string, payload?: object) => {
    const { call, sent } = await openRig();
    const answer = await call(method, url, { payload, claims: foreign });
    expect(sent).toStrictEqual([]);
    return { status: answer.statusCode, body: answer.body.replaceAll(/contoso|nobody/g, '*') };
  };

  test.each(['', '/checklist', '/timeline', '/messages/key-1'])('reading …%s', async (path) => {
    const unknown = await nothing('GET', `/v1/partners/nobody${path}`);
    expect(unknown.status).toBe(404);
    expect(await nothing('GET', `${contoso}${path}`)).toStrictEqual(unknown);
  });

  test.each(messages)('%s', async (name) => {
    const said = (partner: string) => nothing(methodOf(name), urlOf(name, partner), payloads[name]);
    const unknown = await said('/v1/partners/nobody');
    expect(unknown.status).toBe(404);
    expect(await said(contoso)).toStrictEqual(unknown);
  });

  test('a Global Admin of a partner that is not there finds nothing either', async () => {
    const { call, sent } = await openRig();
    const claims = { roles: ['globalAdmin'], partnerId: 'nobody' };
    const answer = await call('PUT', '/v1/partners/nobody', { payload: membership, claims });
    expect([answer.statusCode, sent.length]).toStrictEqual([404, 0]);
  });
});

describe('a PUT of a partner', () => {
  test('begins it, from an operator', async () => {
    const { call, sent } = await openRig();
    const answer = await call('PUT', '/v1/partners/nobody', { payload: membership });
    expect(answer.statusCode).toBe(202);
    expect(sent.map(({ id, name }) => [id, name])).toStrictEqual([['nobody', 'updateMembership']]);
  });

  test('does not begin it from support', async () => {
    const { call, sent } = await openRig();
    const claims = { roles: ['support'] };
    const answer = await call('PUT', '/v1/partners/nobody', { payload: membership, claims });
    expect([answer.statusCode, sent.length]).toStrictEqual([403, 0]);
  });

  test('gives it an id that can stand in addresses', async () => {
    const { call, sent } = await openRig();
    const answer = await call('PUT', '/v1/partners/no%20body', { payload: membership });
    expect(answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining('/partnerId') as string });
    expect(sent).toStrictEqual([]);
  });

  test('with If-Match is no beginning', async () => {
    const { call, sent } = await openRig();
    const answer = await call('PUT', '/v1/partners/nobody', { payload: membership, headers: { 'if-match': '*' } });
    expect(answer.json()).toMatchObject({ status: 412, detail: 'there is no partner yet, If-Match asks for *' });
    expect(sent).toStrictEqual([]);
  });

  const nameOf = async (payload: object, { version = 7, ifMatch }: { version?: number; ifMatch?: string } = {}) => {
    const view = async () => ({ ...PARTNER, version });
    const { call, sent } = await openRig({ records: { partners: { view } } });
    await call('PUT', contoso, { payload, headers: { 'idempotency-key': undefined, 'if-match': ifMatch } });
    return sent[0]?.envelope.messageId;
  };

  test('needs no key: it is named by what it says and to which version', async () => {
    const name = await nameOf(membership);
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(await nameOf({ membershipRenewsOn: '2021-06-30', mpnId: '1234567', name: 'Contoso Services' })).toBe(name);
    expect(await nameOf({ ...membership, membershipRenewsOn: '2022-06-30' })).not.toBe(name);
    expect(await nameOf(membership, { version: 8 })).not.toBe(name);
  });

  test('under If-Match is named by that, so a repeat is known after the version moved on', async () => {
    const name = await nameOf(membership, { ifMatch: '"7"' });
    expect(name).toBe(await nameOf(membership));
    const document = { fingerprint: fingerprintOf('updateMembership', membership), events: [] };
    const recordedSince = async (_id: string, _version: number, messageId: string) =>
      (messageId === name ? [document] : []) as never;
    const view = async () => ({ ...PARTNER, version: 8 });
    const { call, sent } = await openRig({ records: { partners: { view, recordedSince } } });
    const answer = await call('PUT', contoso, { payload: membership, headers: { 'if-match': '"7"' } });
    expect([answer.statusCode, answer.headers.etag, sent.length]).toStrictEqual([200, '"8"', 0]);
  });

  test.each(['*', '"7", "8", "9"'])('under If-Match %s is named by the version that was read', async (ifMatch) => {
    const name = await nameOf(membership, { ifMatch });
    expect(name).toBe(await nameOf(membership));
    expect(await nameOf({ ...membership, mpnId: '7654321' }, { version: 8, ifMatch })).not.toBe(name);
    expect(await nameOf(membership, { version: 9, ifMatch })).not.toBe(name);
  });

  test('is told apart from the PUT of its profile, and from that of another partner', async () => {
    const { call, sent } = await openRig();
    await call('PUT', `${contoso}/business-profile`, { payload: profile });
    await call('PUT', '/v1/partners/nobody', { payload: membership });
    const ids = [...sent.map(({ envelope }) => envelope.messageId), await nameOf(membership)];
    expect(new Set(ids).size).toBe(3);
  });

  test.each([
    ['done', 200, { kind: 'verdict' }],
    ['accepted', 202, { kind: 'accepted' }],
  ] as const)('is answered with its name when it is %s', async (_what, status, outcome) => {
    const { call } = await openRig({ outcome });
    const { statusCode, headers } = await call('PUT', contoso, { payload: membership });
    expect([statusCode, headers['idempotency-key']]).toStrictEqual([status, await nameOf(membership)]);
  });

  test('whatever key it carries keeps its own name', async () => {
    const { call, sent } = await openRig();
    await call('PUT', contoso, { payload: membership, headers: { 'idempotency-key': 'key-1' } });
    expect(sent[0]?.envelope.messageId).toBe(await nameOf(membership));
  });
});

describe('a message to a partner', () => {
  const post = `${contoso}/compliance-training`;

  test('is answered with the partner and its ETag', async () => {
    const { call } = await openRig();
    const answer = await call('POST', post, { payload: training });
    expect([answer.statusCode, answer.headers.etag]).toStrictEqual([200, '"7"']);
    expect(answer.json()).toStrictEqual(PARTNER);
  });

  test('needs a key when it is a POST', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', post, { payload: training, headers: { 'idempotency-key': undefined } });
    expect(answer.json()).toMatchObject({ status: 400, type: '/problems/idempotency-key-missing' });
    expect(sent).toStrictEqual([]);
  });

  test('written for another version is a 412 and reaches nobody', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', post, { payload: training, headers: { 'if-match': '"6"' } });
    expect(answer.json()).toMatchObject({ status: 412, detail: 'the partner is at "7", If-Match asks for "6"' });
    expect(sent).toStrictEqual([]);
  });

  test('written for this version arrives', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', post, { payload: training, headers: { 'if-match': '"7"' } });
    expect([answer.statusCode, sent.length]).toStrictEqual([200, 1]);
  });

  test('without a verdict is 202 and the address of its outcome', async () => {
    const { call } = await openRig({ outcome: { kind: 'accepted' } });
    const answer = await call('POST', post, { payload: training, headers: { prefer: 'respond-async' } });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe(`${contoso}/messages/key-1`);
    expect(answer.json()).toStrictEqual({ status: 'accepted', messageId: 'key-1' });
  });

  test.each([
    ['no JSON', post, '{"completedOn"', /JSON/],
    ['no body', post, undefined, /Body cannot be empty/],
    ['an unknown field', post, { ...training, color: 'red' }, /\/color is not a known field/],
    ['a missing field', post, { evidence: 'a' }, /\/completedOn /],
    ['a wrong type', post, { ...training, evidence: 7 }, /\/evidence /],
    ['no day of the calendar', post, { ...training, completedOn: '2020-02-30' }, /\/completedOn /],
    ['a day of another century', post, { ...training, completedOn: '1999-12-31' }, /a year from 2000 to 2099/],
    ['no tier', `${contoso}/competencies`, { ...payloads.recordCompetency, tier: 'bronze' }, /\/tier /],
    ['a country in words', `${contoso}/locations`, { ...payloads.addLocation, country: 'Denmark' }, /\/country /],
    ['no offering', `${contoso}/enrollments`, { offerings: [] }, /\/offerings /],
    [
      'something wrong within a list',
      `${contoso}/consultants`,
      { ...payloads.recordConsultant, assessments: [{ code: '70-354', competency: 'datacenter', passedOn: 'May' }] },
      /\/assessments\/0\/passedOn /,
    ],
  ])('with %s is a 400 that says where, and reaches nobody', async (_what, url, payload, detail) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', url, { payload, headers: { 'content-type': 'application/json' } });
    expect(answer.json()).toMatchObject({
      status: 400,
      type: '/problems/malformed-request',
      detail: expect.stringMatching(detail) as string,
    });
    expect(sent).toStrictEqual([]);
  });

  test.each([
    ['a website that is none', { website: 'ftp://contoso.example' }, /\/website /],
    ['an unknown field', { logo: 'x' }, /\/logo is not a known field/],
  ])('that puts %s is a 400', async (_what, change, detail) => {
    const { call, sent } = await openRig();
    const answer = await call('PUT', `${contoso}/business-profile`, { payload: { ...profile, ...change } });
    expect(answer.json()).toMatchObject({ status: 400, detail: expect.stringMatching(detail) as string });
    expect(sent).toStrictEqual([]);
  });
});

describe('a task of a partner', () => {
  const at = (action: string) => `/v1/tasks/${encodeURIComponent(PARTNER_TASK.taskId)}/${action}`;

  test('is claimed, released and resolved at the partner, and the answer is the partner', async () => {
    const { call, sent } = await openRig();
    const claims = partnerAdmin('contoso');
    await call('POST', at('claim'), { claims });
    await call('POST', at('release'), { payload: { note: 'on leave' }, claims });
    const answer = await call('POST', at('resolution'), { payload: { resolution: 'noted' }, claims });
    expect(answer.json()).toStrictEqual(PARTNER);
    const { taskId } = PARTNER_TASK;
    expect(sent.map(({ id, name, envelope }) => [id, name, envelope.payload])).toStrictEqual([
      ['contoso', 'claimTask', { taskId }],
      ['contoso', 'releaseTask', { taskId, note: 'on leave' }],
      ['contoso', 'resolveTask', { taskId, resolution: 'noted' }],
    ]);
  });

  test('is not there for another partner', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', at('claim'), { claims: partnerAdmin('fabrikam') });
    expect([answer.statusCode, sent.length]).toStrictEqual([404, 0]);
  });
});

describe('reading a partner', () => {
  test('gives its view and ETag to those who belong to it, whatever their role', async () => {
    const { call } = await openRig();
    for (const role of ROLES) {
      const answer = await call('GET', contoso, { claims: { roles: [role], partnerId: 'contoso' } });
      expect([role, answer.statusCode, answer.headers.etag]).toStrictEqual([role, 200, '"7"']);
      expect(answer.json()).toStrictEqual(PARTNER);
    }
  });

  test.each([
    ['"7"', 304],
    ['W/"7"', 304],
    ['"6"', 200],
  ])('If-None-Match %s is a %d', async (has, status) => {
    const { call } = await openRig();
    const answer = await call('GET', contoso, { headers: { 'if-none-match': has } });
    expect([answer.statusCode, answer.body === '']).toStrictEqual([status, status === 304]);
  });

  test('gives its timeline', async () => {
    const timeline = async () => [PARTNER_EVENT];
    const { call } = await openRig({ records: { partners: { timeline } } });
    expect((await call('GET', `${contoso}/timeline`)).json()).toStrictEqual({
      items: [PARTNER_EVENT],
    });
  });

  const pending = async (_id: string, messageId: string) => ({ messageId, status: 'pending' as const });

  test('tells what became of a message', async () => {
    const { call } = await openRig({ records: { partners: { messageStatus: pending } } });
    const answer = await call('GET', `${contoso}/messages/key-1`, { claims: partnerAdmin('contoso') });
    expect(answer.json()).toStrictEqual({ messageId: 'key-1', status: 'pending' });
  });

  test('tells an operator about the message that begins it while there is no partner yet', async () => {
    const { call } = await openRig({ records: { partners: { messageStatus: pending } } });
    const { headers } = await call('PUT', '/v1/partners/nobody', { payload: membership });
    const answer = await call('GET', String(headers.location));
    expect(answer.json()).toMatchObject({ status: 'pending' });
  });
});

describe('the checklist of a partner', () => {
  interface Item {
    offering: string;
    engagementType: string;
    requirements: object[];
  }
  const listed = async (query = '') => {
    const { call } = await openRig();
    const answer = await call('GET', `${contoso}/checklist${query}`, { claims: partnerAdmin('contoso') });
    expect(answer.statusCode).toBe(200);
    return answer.json<{ items: Item[] }>().items;
  };

  test('has every engagement type of the edition, each with its requirements', async () => {
    const items = await listed();
    expect(items).toHaveLength(12);
    for (const { requirements } of items) expect(requirements).toHaveLength(7);
  });

  test('is narrowed to an offering, an engagement type, or both', async () => {
    const typesIn = async (query: string) =>
      (await listed(query)).map(({ offering, engagementType }) => [offering, engagementType]);
    const desktop = ['windowsOffice', 'mobileProductivity', 'modernItSecurityPoc'].map((type) => ['DDPS', type]);
    expect(await typesIn('?offering=DDPS')).toStrictEqual(desktop);
    expect(await typesIn('?engagementType=windowsOffice')).toStrictEqual([['DDPS', 'windowsOffice']]);
    expect(await typesIn('?offering=DDPS&engagementType=windowsOffice')).toStrictEqual([['DDPS', 'windowsOffice']]);
  });

  test.each([
    ['offering=XDPS', 'offering', 'one of DDPS, DYDPS, PVDPS, SDPS, S-EDPS, SSDPS'],
    [
      'engagementType=windows11',
      'engagementType',
      'one of windowsOffice, mobileProductivity, modernItSecurityPoc, d365CeUpgrade, d365CeMigrate, d365FoUpgrade, windowsServer, sharePoint, ppm, exchange, skypeForBusiness, dataEstate',
    ],
    ['offering=SDPS&engagementType=windowsOffice', 'engagementType', 'one of sharePoint, ppm'],
  ])('?%s is a 400 that names those there are', async (query, field, message) => {
    const { call } = await openRig();
    const answer = await call('GET', `${contoso}/checklist?${query}`);
    expect(problemIn(answer)).toStrictEqual({
      status: 400,
      type: 'application/problem+json',
      problem: {
        type: '/problems/malformed-request',
        title: 'The request is not well-formed',
        status: 400,
        detail: `${field}: ${message}`,
        instance: `${contoso}/checklist?${query}`,
        errors: [{ pointer: `/${field}`, message }],
      },
    });
  });

  test.each(['color=red', 'offering=DDPS&offering=SDPS'])('?%s is a 400', async (query) => {
    const { call } = await openRig();
    expect((await call('GET', `${contoso}/checklist?${query}`)).statusCode).toBe(400);
  });
});

describe('while MongoDB is down', () => {
  const records = { partners: { view: mongoDown, recordedSince: mongoDown, outcomeOf: mongoDown } };
  const outcome = { kind: 'accepted' } as const;

  test('an operator’s POST is stored with the workflow', async () => {
    const { call, sent } = await openRig({ records, outcome });
    const answer = await call('POST', `${contoso}/compliance-training`, { payload: training });
    expect([answer.statusCode, sent.length]).toStrictEqual([202, 1]);
  });

  test('a PUT, whose name depends on the version, is a 503 and nothing is sent', async () => {
    const { call, sent } = await openRig({ records, outcome });
    const answer = await call('PUT', contoso, { payload: membership });
    expect([answer.statusCode, answer.headers['retry-after'], sent.length]).toStrictEqual([503, '2', 0]);
  });

  test.each(['', '/checklist', '/timeline'])('reading …%s is a 503', async (path) => {
    const { call } = await openRig({ records });
    expect((await call('GET', `${contoso}${path}`)).statusCode).toBe(503);
  });
});

describe('a list of partners', () => {
  const summary = summaryOf(PARTNER);

  test('is asked for by name and page, and links to the next', async () => {
    const list = jest.fn(async () => ({ items: [summary], next: 'bmV4dA' }));
    const { call } = await openRig({ records: { partners: { list } } });
    const answer = await call('GET', '/v1/partners?name=Con&limit=1&after=eA', { claims: { roles: ['support'] } });
    expect(answer.json()).toStrictEqual({ items: [summary], next: 'bmV4dA' });
    expect(answer.headers['link']).toBe('</v1/partners?name=Con&limit=1&after=bmV4dA>; rel="next"');
    expect(list.mock.calls).toStrictEqual([[{ name: 'Con', limit: 1, after: 'eA' }]]);
  });

  test('shows a partner itself, and of others nothing', async () => {
    const list = jest.fn(async () => ({ items: [summary] }));
    const { call } = await openRig({ records: { partners: { list } } });
    expect((await call('GET', '/v1/partners?name=fabrikam', { claims: partnerAdmin('contoso') })).statusCode).toBe(200);
    expect(list.mock.calls).toStrictEqual([[{ partnerId: 'contoso', name: 'fabrikam', limit: 50 }]]);
  });

  test.each([
    ['an empty name', 'name='],
    ['a cursor that is none', 'after=%25'],
  ])('with %s is a 400 that says so', async (_title, query) => {
    const list = async (): Promise<never> => {
      throw new InvalidCursor('not a cursor of this list: %');
    };
    const { call } = await openRig({ records: { partners: { list } } });
    const answer = await call('GET', `/v1/partners?${query}`);
    expect([answer.statusCode, answer.json<{ errors: { path: string }[] }>().errors.length]).toStrictEqual([400, 1]);
  });
});
