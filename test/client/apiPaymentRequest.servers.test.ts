import { createHash } from 'node:crypto';
import { renderInvoice } from '../../activities/invoices/renderInvoice';
import type { EngagementView } from '../../contracts/engagement';
import { requestBodyOf, type InvoicedRequest } from '../../domain/settlement/request';
import { view } from '../records/samples';
import { contoso } from '../support/partner';
import { mongoServer } from '../support/servers';
import { showPartner } from '../support/showPartner';
import { openApi, OPERATOR, type ApiHouse } from './apiHouse';

const mongo = mongoServer();
let api: ApiHouse;
beforeAll(async () => {
  // Reading needs no Temporal.
  api = await openApi({ address: '127.0.0.1:1', mongoUri: mongo().uri });
});
afterAll(() => api.stop());

const paymentRequest: InvoicedRequest = {
  reference: 'e-1:invoice:1',
  status: 'prepared',
  gateway: 'manual',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-14' }],
  amount: { minor: 8_250_000, currency: 'SEK' },
  invoice: { number: '2020-00001', date: '2020-08-17' },
};
const redeemed: EngagementView = view({ partnerId: 'contoso', stage: 'redeemed', paymentRequest });

const get = async (what: string, accept: string) => {
  const headers = { authorization: `Bearer ${await api.token(OPERATOR)}`, accept };
  return api.send(`/v1/engagements/e-1/payment-request/${what}`, { headers });
};

test('the invoice that is stored is the one that is fetched, and the one the sheet names', async () => {
  const { records } = api;
  await showPartner(records, contoso);
  await records.engagements.project(redeemed);
  await records.paymentRequests.claimInvoiceNumber({
    reference: 'e-1:invoice:1',
    engagementId: 'e-1',
    partnerId: 'contoso',
    year: 2020,
    at: '2020-08-17T08:00:00.000Z',
  });
  expect((await get('invoice', 'application/pdf')).status).toBe(404);

  const pdf = await renderInvoice({ request: requestBodyOf(paymentRequest), issuer: contoso });
  const document = await records.invoiceDocuments.store('e-1:invoice:1', pdf);
  await records.paymentRequests.attachDocument('e-1:invoice:1', document);

  const fetched = await get('invoice', 'application/pdf');
  const content = Buffer.from(await fetched.arrayBuffer());
  expect([fetched.status, fetched.headers.get('content-type')]).toStrictEqual([200, 'application/pdf']);
  expect(content.equals(pdf)).toBe(true);
  expect(fetched.headers.get('etag')).toBe(`"${createHash('sha256').update(content).digest('hex')}"`);

  const sheet = await (await get('sheet', 'text/plain')).text();
  expect(sheet).toContain(`Invoice document (SHA-256): ${document.sha256}\n`);
  const page = await get('sheet', 'text/html');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(await page.text()).toContain('for Contoso Services, MPN id 1234567');
});
