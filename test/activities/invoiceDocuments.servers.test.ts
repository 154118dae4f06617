import { createHash, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { createInvoiceDocuments } from '../../activities/invoices/invoiceDocuments';
import { renderInvoice } from '../../activities/invoices/renderInvoice';
import { requestBodyOf, type InvoicedRequest } from '../../domain/settlement/request';
import type { Records } from '../../records/connect';
import { openedRecords } from '../records/opened';
import { textsIn } from '../support/pdfText';
import { contoso } from '../support/partner';
import { showPartner } from '../support/showPartner';

const opened = openedRecords();
const records = () => opened().records;

/** A request whose invoice has its number, of a partner of its own. */
async function numbered(): Promise<InvoicedRequest & { partnerId: string }> {
  const engagementId = `e-${randomUUID()}`;
  const partnerId = `p-${engagementId}`;
  const reference = `${engagementId}:invoice:1`;
  await showPartner(records(), { ...contoso, partnerId });
  const at = '2020-08-17T08:00:00.000Z';
  const year = 2020;
  const number = await records().paymentRequests.claimInvoiceNumber({ reference, engagementId, partnerId, year, at });
  return {
    reference,
    partnerId,
    status: 'prepared',
    gateway: 'http',
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-14' }],
    amount: { minor: 8_250_000, currency: 'SEK' },
    invoice: { number, date: '2020-08-17' },
  };
}

const documentFor = (request: InvoicedRequest, over: Records = records()) =>
  createInvoiceDocuments({ records: over }).documentFor(request);

const rename = (partnerId: string, name: string) => showPartner(records(), { ...contoso, partnerId, name });

const stored = async ({ reference }: InvoicedRequest): Promise<Buffer> =>
  buffer((await records().invoiceDocuments.open(reference))!.stream);

const filesOf = ({ reference }: InvoicedRequest) =>
  opened().db.collection('invoices.files').countDocuments({ filename: reference });

const digestOf = (content: Buffer) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  size: content.byteLength,
});

test('the invoice of a request is made from it and from its partner, and noted with the request', async () => {
  const request = await numbered();
  const document = await documentFor(request);
  const pdf = await stored(request);
  expect(pdf.equals(await renderInvoice({ request: requestBodyOf(request), issuer: contoso }))).toBe(true);
  expect(textsIn(pdf)).toEqual(
    expect.arrayContaining([request.invoice.number, 'Contoso Services', 'Contoso Stockholm', 'V-1', '82500.00 SEK']),
  );
  expect(document).toStrictEqual(digestOf(pdf));
  expect((await records().paymentRequests.get(request.reference))?.document).toStrictEqual(document);
});

test('asked for again it is the same, even when its partner has changed its name since', async () => {
  const request = await numbered();
  const document = await documentFor(request);
  await rename(request.partnerId, 'Contoso Consulting');
  expect(await documentFor(request)).toStrictEqual(document);
  expect(textsIn(await stored(request))).toContain('Contoso Services');
});

test('asked for many times at once, across a change of name, it is one, and all are told which', async () => {
  const request = await numbered();
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => documentFor(request)),
    rename(request.partnerId, 'Contoso Consulting').then(() => documentFor(request)),
  ]);
  expect(await filesOf(request)).toBe(1);
  expect(new Set(answers.map(({ sha256 }) => sha256))).toStrictEqual(new Set([digestOf(await stored(request)).sha256]));
});

describe('a worker that dies in the middle', () => {
  const dead = () => Promise.reject(new Error('the worker is gone'));

  test('before the invoice is stored leaves nothing, and the next try makes it', async () => {
    const request = await numbered();
    const { invoiceDocuments } = records();
    const dying = { ...records(), invoiceDocuments: { ...invoiceDocuments, store: dead } };
    await expect(documentFor(request, dying)).rejects.toThrow('the worker is gone');
    expect(await invoiceDocuments.open(request.reference)).toBeUndefined();
    expect(await documentFor(request)).toStrictEqual(digestOf(await stored(request)));
  });

  test('before it is noted leaves it to be found: the next try notes the one that is stored', async () => {
    const request = await numbered();
    const { paymentRequests } = records();
    const dying = { ...records(), paymentRequests: { ...paymentRequests, attachDocument: dead } };
    await expect(documentFor(request, dying)).rejects.toThrow('the worker is gone');
    expect((await paymentRequests.get(request.reference))?.document).toBeUndefined();
    await rename(request.partnerId, 'Contoso Consulting');
    expect(await documentFor(request)).toStrictEqual(digestOf(await stored(request)));
    expect(textsIn(await stored(request))).toContain('Contoso Services');
    expect(await filesOf(request)).toBe(1);
  });
});

test('a request without a number has no invoice, nor has one of nobody', async () => {
  const request = await numbered();
  const why = /^whose invoice is .*\? There is no partner on record$/;
  await expect(documentFor({ ...request, reference: 'unknown:invoice:1' })).rejects.toThrow(why);
  await opened().db.collection<{ _id: string }>('partners').deleteOne({ _id: request.partnerId });
  await expect(documentFor(request)).rejects.toThrow(why);
});
