import { randomUUID } from 'node:crypto';
import { partnerWorkflowId, type Role } from '../../contracts/names';
import type { PartnerView } from '../../contracts/partner';
import { addDays } from '../../domain/days';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { openApi, OPERATOR, type ApiHouse } from './apiHouse';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
let api: ApiHouse;
let today: string;

beforeAll(async () => {
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openHouse(where);
  api = await openApi(where);
  today = await house.today();
});
afterAll(async () => {
  await api.stop();
  await house.stop();
});

const membership = (partnerId: string, name = 'Contoso') => ({
  name,
  mpnId: `mpn-${partnerId}`,
  membershipRenewsOn: addDays(today, 365),
});
const newId = () => `p-${randomUUID()}`;

const put = (partnerId: string, body: object, headers: Record<string, string> = {}) =>
  api.call('PUT', `/v1/partners/${partnerId}`, { as: OPERATOR, body, headers });
const post = (partnerId: string, route: string, body: object, role: Role = 'globalAdmin') =>
  api.call('POST', `/v1/partners/${partnerId}/${route}`, { as: { roles: [role], subject: 'mira', partnerId }, body });

const partnerIn = ({ body }: Awaited<ReturnType<typeof put>>) => body as unknown as PartnerView;

/** A problem's code and detail. */
const problemOf = ({ status, body }: Awaited<ReturnType<typeof put>>) => ({
  status,
  type: body['type'],
  detail: body['detail'],
});

describe('a partner', () => {
  test('is registered by its first PUT, which may be said again, and is read back with its version', async () => {
    const partnerId = newId();
    const first = await put(partnerId, membership(partnerId));
    expect([first.status, first.headers.get('etag'), first.body['version']]).toStrictEqual([200, '"1"', 1]);
    expect((await put(partnerId, membership(partnerId))).body['version']).toBe(1);
    const read = await api.call('GET', `/v1/partners/${partnerId}`, {
      as: { roles: ['partnerAdmin'], subject: 'pia', partnerId },
    });
    expect([read.status, read.body]).toStrictEqual([200, first.body]);
  });

  test('takes up again what it said before something else', async () => {
    const partnerId = newId();
    await put(partnerId, membership(partnerId, 'Contoso'));
    await put(partnerId, membership(partnerId, 'Contoso Planning'));
    expect(partnerIn(await put(partnerId, membership(partnerId, 'Contoso'))).name).toBe('Contoso');
  });

  test('is changed only at the version that was read, if one is named', async () => {
    const partnerId = newId();
    await put(partnerId, membership(partnerId));
    const late = await put(partnerId, membership(partnerId, 'Late'), { 'if-match': '"7"' });
    expect(problemOf(late)).toMatchObject({ status: 412, type: '/problems/precondition-failed' });
  });

  test('cannot have the MPN id of another', async () => {
    const [one, other] = [newId(), newId()];
    await put(one, membership(one));
    const refused = await put(other, { ...membership(other), mpnId: `mpn-${one}` });
    expect(problemOf(refused)).toMatchObject({ type: '/problems/mpn-id-used' });
    expect((await api.call('GET', `/v1/partners/${other}`, { as: OPERATOR })).status).toBe(404);
  });

  test('that nobody registered is not there to be spoken to', async () => {
    expect((await post(newId(), 'compliance-training', { completedOn: today, evidence: 'x' })).status).toBe(404);
  });
});

describe('a refusal says what is missing', () => {
  let partnerId: string;
  beforeEach(async () => {
    partnerId = newId();
    await put(partnerId, membership(partnerId));
  });

  test.each<[string, string, (day: (days: number) => string) => object, string, RegExp]>([
    ['enrolling in nothing there is', 'enrollments', () => ({ offerings: ['XXX'] }), 'offering-unknown', /XXX/],
    [
      'enrolling without anything',
      'enrollments',
      () => ({ offerings: ['DDPS'] }),
      'compliance-training-missing',
      /agreement/,
    ],
    [
      'an agreement of tomorrow',
      'agreement',
      (day) => ({ signedBy: 'M', signedOn: day(1), policiesReviewedOn: day(0), agreementVersion: '2020-06' }),
      'dates-out-of-order',
      /happened/,
    ],
    [
      'a competency nobody knows',
      'competencies',
      (day) => ({ competency: 'juggling', tier: 'gold', attainedOn: day(-9), expiresOn: day(9) }),
      'competency-unknown',
      /juggling/,
    ],
    [
      'a training before the programme',
      'compliance-training',
      () => ({ completedOn: '2001-01-01', evidence: 'x' }),
      'before-programme',
      /2010-02-01/,
    ],
  ])('%s', async (_title, route, body, code, words) => {
    const { type, detail } = problemOf(
      await post(
        partnerId,
        route,
        body((days) => addDays(today, days)),
      ),
    );
    expect(type).toBe(`/problems/${code}`);
    expect(detail).toMatch(words);
  });

  test('a registration with SAVB without a redeemed voucher', async () => {
    const locationId = `se-${partnerId}`;
    await post(partnerId, 'locations', { locationId, country: 'SE', name: 'Stockholm' });
    const registration = { offering: 'DDPS', locationId, bankAccountReference: 'SE-1' };
    const refused = problemOf(await post(partnerId, 'savb-registrations', registration));
    expect(refused).toMatchObject({ type: '/problems/voucher-not-redeemed' });
    expect(refused.detail).toMatch(/DDPS/);
  });

  test('an agreement signed by the wrong role', async () => {
    const agreement = { signedBy: 'P', signedOn: today, policiesReviewedOn: today, agreementVersion: '2020-06' };
    expect((await post(partnerId, 'agreement', agreement, 'partnerAdmin')).status).toBe(403);
  });
});

test('what an operator records on behalf of somebody says so for good', async () => {
  const partnerId = newId();
  await put(partnerId, membership(partnerId));
  await api.call('POST', `/v1/partners/${partnerId}/compliance-training`, {
    as: OPERATOR,
    headers: { 'on-behalf-of': 'mira@contoso.example' },
    body: { completedOn: today, evidence: 'certificate' },
  });
  const { body } = await api.call('GET', `/v1/partners/${partnerId}/timeline`, { as: OPERATOR });
  const { items } = body as unknown as { items: { actor: object }[] };
  expect(items.at(-1)).toMatchObject({
    type: 'ComplianceTrainingRecorded',
    actor: { role: 'operator', onBehalfOf: 'mira@contoso.example' },
  });
});

test('a message to a partner whose workflow is lost is kept, and taken up', async () => {
  const partnerId = newId();
  await put(partnerId, membership(partnerId));
  await house.client.workflow.getHandle(partnerWorkflowId(partnerId)).terminate('lost');
  const accepted = await post(partnerId, 'compliance-training', { completedOn: today, evidence: 'certificate' });
  expect(accepted.status).toBe(202);
  const location = accepted.headers.get('location')!;
  expect(location).toMatch(`/v1/partners/${partnerId}/messages/`);
  await eventually(
    () => api.call('GET', location, { as: OPERATOR }),
    ({ body }) => (body as unknown as { status: string }).status === 'applied',
  );
});
