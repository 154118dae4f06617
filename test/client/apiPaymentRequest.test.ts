import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BatchView } from '../../contracts/batch';
import type { EngagementView, PaymentRequest } from '../../contracts/engagement';
import type { PaymentRequestRecord } from '../../records/paymentRequests';
import { BATCH, openRig, PARTNER, partnerAdmin, problemIn, TASK, VIEW } from './rig';

const pdf = Buffer.from('%PDF of the invoice');
const sha256 = createHash('sha256').update(pdf).digest('hex');
const invoiceUrl = '/v1/engagements/E-1/payment-request/invoice';
const sheetUrl = '/v1/engagements/E-1/payment-request/sheet';

const paymentRequest: PaymentRequest = {
  reference: 'E-1:invoice:1',
  status: 'prepared',
  gateway: 'manual',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-1&<b>"\'', serviceLevelDays: 5, redeemedOn: '2020-08-14' }],
  amount: { minor: 8_250_000, currency: 'SEK' },
  invoice: { number: '2020-00017', date: '2020-08-17' },
};
const toBeTyped: EngagementView = {
  ...VIEW,
  stage: 'redeemed',
  paymentRequest,
  tasks: [{ ...TASK, kind: 'manualSubmission' }],
};

const document = { sha256, size: pdf.length };

/** Records in which the invoice of this engagement is stored. */
const recordsOf = (view: EngagementView) => ({
  engagements: { view: async () => view },
  invoiceDocuments: {
    open: async (reference: string) =>
      reference === 'E-1:invoice:1' ? { stream: Readable.from([pdf]), document } : undefined,
  },
  paymentRequests: { get: async () => ({ document }) as PaymentRequestRecord },
});
const over = (view: EngagementView) => openRig({ records: recordsOf(view) });

const batched: EngagementView = {
  ...VIEW,
  paymentRequest: { ...paymentRequest, gateway: 'batch', batchId: 'B-7', invoice: undefined },
};

describe('the invoice', () => {
  test('comes as PDF with its digest, under its number', async () => {
    const { call } = await over(toBeTyped);
    const answer = await call('GET', invoiceUrl, { claims: { roles: ['consultant'], partnerId: 'contoso' } });
    expect(answer.rawPayload).toStrictEqual(pdf);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(pdf.length),
      'content-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      'content-disposition': 'attachment; filename="invoice-2020-00017.pdf"',
      'cache-control': 'private, no-cache',
      etag: `"${sha256}"`,
    });
  });

  test('is not sent to whoever has it already', async () => {
    const { call } = await over(toBeTyped);
    const answer = await call('GET', invoiceUrl, { headers: { 'if-none-match': `"${sha256}"` } });
    expect([answer.statusCode, answer.body]).toStrictEqual([304, '']);
  });

  test.each<[string, EngagementView, string]>([
    ['there is no payment request', VIEW, 'E-1 has no payment request yet'],
    [
      'it is not made yet',
      { ...VIEW, paymentRequest: { ...paymentRequest, reference: 'E-1:invoice:2' } },
      'the invoice of E-1 is made when it is sent',
    ],
    ['it is one for many', batched, 'E-1 is invoiced together with others, in batch B-7'],
  ])('is a 404 while %s', async (_why, view, detail) => {
    const { call } = await over(view);
    expect(problemIn(await call('GET', invoiceUrl))).toStrictEqual({
      status: 404,
      type: 'application/problem+json',
      problem: {
        type: '/problems/not-found',
        title: 'There is nothing here for you',
        status: 404,
        detail,
        instance: invoiceUrl,
      },
    });
  });

  test('of another partner is not there, nor is that of nobody', async () => {
    const { call } = await over(toBeTyped);
    expect((await call('GET', invoiceUrl, { claims: partnerAdmin('fabrikam') })).statusCode).toBe(404);
    const { call: ask } = await openRig();
    expect((await ask('GET', '/v1/engagements/E-9/payment-request/invoice')).statusCode).toBe(404);
  });
});

describe('the sheet', () => {
  const text = [
    'Offering: DDPS',
    'Country: SE',
    'Location: contoso-se',
    'Voucher: V-1&<b>"\', service level 5, redeemed on 2020-08-14',
    'Total: 82500.00 SEK',
    'Invoice number: 2020-00017',
    'Invoice date: 2020-08-17',
    `Invoice document (SHA-256): ${sha256}`,
    'Our reference: E-1:invoice:1',
    '',
  ].join('\n');

  test('is everything to type, as text', async () => {
    const { call } = await over(toBeTyped);
    const answer = await call('GET', sheetUrl, { headers: { accept: 'text/plain' } });
    expect(answer.body).toBe(text);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'private, no-store',
      vary: 'accept',
    });
  });

  test.each([
    [undefined, 'html'],
    ['*/*', 'html'],
    ['text/html', 'html'],
    ['text/plain, text/html', 'html'],
    ['text/plain;q=0.5, text/html;q=0.9', 'html'],
    ['text/html; q=0.2, Text/Plain', 'plain'],
    ['application/json', 'html'],
  ])('asked for with Accept: %s is text/%s', async (accept, kind) => {
    const { call } = await over(toBeTyped);
    const { headers } = await call('GET', sheetUrl, { headers: { accept } });
    expect(headers['content-type']).toBe(`text/${kind}; charset=utf-8`);
  });

  test('as a page shows every value as it is, and runs nothing', async () => {
    const partner = { ...PARTNER, name: '<script>alert("1")</script> & Søn' };
    const { call } = await openRig({
      records: { ...recordsOf(toBeTyped), partners: { view: async () => partner } },
    });
    const page = (await call('GET', sheetUrl)).body;
    expect(page).toContain('for &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Søn, MPN id');
    expect(page).toContain('<td>V-1&amp;&lt;b&gt;&quot;&#39;, service level 5, redeemed on 2020-08-14</td>');
    expect(page).not.toMatch(/<script|<b>|<img|<link|\son\w+=|https?:/i);
    const fields = [...page.matchAll(/<th scope="row">([^<]*)<\/th><td>([^<]*)<\/td>/g)].map(
      ([, label, value]) => `${label}: ${value}`,
    );
    const plain = fields.map((field) =>
      field
        .replace('&lt;', '<')
        .replace('&gt;', '>')
        .replace('&quot;', '"')
        .replace('&#39;', "'")
        .replace('&amp;', '&'),
    );
    expect(plain).toStrictEqual([...text.split('\n').slice(0, -1), 'Microsoft reference number: ']);
    expect(page).toContain('engagements send recordPaymentStatus E-1 --set status=submitted');
  });

  test('as a page allows its own style and nothing else', async () => {
    const { call } = await over(toBeTyped);
    const { body, headers } = await call('GET', sheetUrl);
    const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(style).toContain('@media print');
  });

  test('of a request that SAVB has says so before anything else', async () => {
    const sent = { ...paymentRequest, status: 'submitted', microsoftReferenceNumber: 'MS-1' } as const;
    const { call } = await over({ ...toBeTyped, paymentRequest: sent, tasks: [] });
    const warning = 'SAVB has it already, as MS-1: do not type it in again.';
    const plain = await call('GET', sheetUrl, { headers: { accept: 'text/plain' } });
    expect(plain.body).toBe(`${warning}\n\n${text}`);
    expect((await call('GET', sheetUrl)).body).toContain(`<p class="warning">${warning}</p>`);
  });

  test('names no document before there is one', async () => {
    const { call } = await openRig({
      records: { ...recordsOf(toBeTyped), paymentRequests: { get: async () => undefined } },
    });
    expect((await call('GET', sheetUrl, { headers: { accept: 'text/plain' } })).body).not.toContain('SHA-256');
  });

  test('that nobody was asked to type in says so', async () => {
    const { call } = await over({ ...toBeTyped, tasks: [TASK] });
    expect((await call('GET', sheetUrl)).body).toContain('<p class="warning">Nobody is asked to submit it by hand');
    const { call: ask } = await over(toBeTyped);
    expect((await ask('GET', sheetUrl)).body).not.toContain('class="warning">');
  });

  test.each([
    ['operator', 200, { roles: ['operator'] }],
    ['support', 200, { roles: ['support'] }],
    ["the partner's Global Admin", 200, { roles: ['globalAdmin'], partnerId: 'contoso' }],
    ["the partner's Partner Admin", 200, partnerAdmin('contoso')],
    ['a consultant', 403, { roles: ['consultant'], partnerId: 'contoso' }],
    ['another partner', 404, partnerAdmin('fabrikam')],
    ['nobody in particular', 404, { roles: [] }],
  ])('for %s is a %s', async (_who, status, claims) => {
    const { call } = await over(toBeTyped);
    expect((await call('GET', sheetUrl, { claims })).statusCode).toBe(status);
  });

  test.each<[string, EngagementView]>([
    ['without a payment request', VIEW],
    ['settled in a batch', batched],
  ])('is a 404 of an engagement %s', async (_how, view) => {
    const { call } = await over(view);
    expect((await call('GET', sheetUrl)).statusCode).toBe(404);
  });
});

describe('a batch has its own', () => {
  const batch: BatchView = {
    ...BATCH,
    batchId: 'B-7',
    stage: 'prepared',
    paymentRequest: { ...paymentRequest, reference: 'B-7:invoice:1' },
  };
  const records = {
    ...recordsOf(VIEW),
    batches: { view: async (id: string) => (id === 'B-7' ? batch : undefined) },
    invoiceDocuments: {
      open: async (reference: string) =>
        reference === 'B-7:invoice:1' ? { stream: Readable.from([pdf]), document } : undefined,
    },
  };

  test('invoice', async () => {
    const { call } = await openRig({ records });
    const answer = await call('GET', '/v1/batches/B-7/payment-request/invoice', { claims: partnerAdmin('contoso') });
    expect(answer.rawPayload).toStrictEqual(pdf);
  });

  test('sheet, which names the command that records its number', async () => {
    const { call } = await openRig({ records });
    const { body } = await call('GET', '/v1/batches/B-7/payment-request/sheet');
    expect(body).toContain('<td>B-7:invoice:1</td>');
    expect(body).toContain('engagements batch recordPaymentStatus B-7 --set status=submitted');
  });

  test.each(['invoice', 'sheet'])('%s, which is a 404 for others and where there is no such batch', async (which) => {
    const { call } = await openRig({ records });
    const foreign = await call('GET', `/v1/batches/B-7/payment-request/${which}`, { claims: partnerAdmin('fabrikam') });
    const absent = await call('GET', `/v1/batches/B-8/payment-request/${which}`);
    expect([foreign.statusCode, absent.statusCode]).toStrictEqual([404, 404]);
  });
});
