import { readFileSync } from 'node:fs';
import createClient from 'openapi-fetch';
import { inRepository } from '../../dev/repository';
import type { paths } from '../../docs/openapi';
import { refusal } from '../../domain/refusals';
import type { Outcome } from '../../client/messenger/messenger';
import { openRig, partnerAdmin, VIEW } from './rig';

const reservation = {
  voucherId: 'VCH-1001',
  voucherAdministratorEmail: 'voucher.admin@fabrikam.example',
  locationId: 'contoso-se',
  scheduledStart: '2020-08-03',
  scheduledEnd: '2020-08-07',
  consultantIds: ['eva.lind'],
  termsAccepted: true as const,
};

/** What a partner writes, and docs/partners.md shows. */
async function reserve(baseUrl: string, token: string, fetch: (request: Request) => Promise<Response>) {
  const planningServices = createClient<paths>({ baseUrl, fetch, headers: { authorization: `Bearer ${token}` } });

  const { data, error, response } = await planningServices.POST('/v1/engagements/{engagementId}/reservation', {
    params: { path: { engagementId: 'E-1' }, header: { 'idempotency-key': 'reservation-of-E-1' } },
    body: reservation,
  });
  if (error) return error.type === '/problems/voucher-expired' ? 'ask for another voucher' : error.detail;
  return 'stage' in data ? `${data.stage} at ${response.headers.get('etag')}` : `ask again for ${data.messageId}`;
}

async function reserving(outcome: Outcome) {
  const { api, token, sent } = await openRig({ outcome });
  const overTheWire = async (request: Request): Promise<Response> => {
    const { statusCode, headers, body } = await api.inject({
      method: request.method as 'POST',
      url: request.url,
      headers: Object.fromEntries(request.headers),
      payload: await request.text(),
    });
    return new Response(body, { status: statusCode, headers: headers as Record<string, string> });
  };
  return {
    answer: await reserve('https://engagements.example', await token(partnerAdmin('contoso')), overTheWire),
    sent,
  };
}

test('a partner’s program says what the contract names, and reads the engagement', async () => {
  const { answer, sent } = await reserving({ kind: 'verdict' });
  expect(answer).toBe(`${VIEW.stage} at "${VIEW.version}"`);
  expect(sent.map(({ id, name, envelope }) => [id, name, envelope.payload])).toStrictEqual([
    ['E-1', 'reserveVoucher', reservation],
  ]);
});

test('it is told when the message is stored and not handled yet', async () =>
  expect((await reserving({ kind: 'accepted' })).answer).toBe('ask again for reservation-of-E-1'));

test('it tells the noes of this route apart by their type', async () => {
  const no = (code: 'voucher-expired' | 'wrong-stage') => ({ kind: 'refused' as const, refusal: refusal(code, 'no') });
  expect((await reserving(no('voucher-expired'))).answer).toBe('ask for another voucher');
  expect((await reserving(no('wrong-stage'))).answer).toBe('no');
});

test('docs/partners.md shows this very code', () => {
  const [, shown = ''] = /```ts\n([^]*?)```/.exec(readFileSync(inRepository('docs', 'partners.md'), 'utf8')) ?? [];
  const lines = (text: string) => text.split('\n').map((line) => line.trim());
  const own = lines(readFileSync(__filename, 'utf8'));
  expect(lines(shown).filter((line) => line !== '' && !line.startsWith('import') && !own.includes(line))).toStrictEqual(
    [],
  );
});
