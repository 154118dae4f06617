import { buffer } from 'node:stream/consumers';
import type { PartnerFacts } from '../../contracts/partner';
import type { PaymentRequestBody } from '../../contracts/savb';
import { amountText } from '../../domain/money';
import { shownAs, type Shown } from './fonts';

/** Who invoices what. */
export interface Invoice {
  request: PaymentRequestBody;
  issuer: Pick<PartnerFacts, 'name' | 'mpnId' | 'locations'>;
}

type Document = PDFKit.PDFDocument;

const MARGIN = 56;
const LABEL_WIDTH = 130;
const VALUE_WIDTH = 353;
const VOUCHER_COLUMNS = [
  { title: 'Voucher', width: 283 },
  { title: 'Service level', width: 100 },
  { title: 'Redeemed on', width: 100 },
] as const;

/**
 * The partner's own invoice to Microsoft as PDF (source: SAVB-TRN, "partner's invoice"). The same data are the same bytes: its
 * moment is the day of the invoice (00:00 UTC), nothing in it is random, and it is not compressed, for how that packs differs
 * from machine to machine.
 */
export async function renderInvoice({ request, issuer }: Invoice): Promise<Buffer> {
  const { number, date } = request.invoice;
  const location = issuer.locations.find(({ locationId }) => locationId === request.locationId)?.name;
  const [name, place] = await Promise.all([issuer.name, location ?? request.locationId].map(shownAs));
  // Loading it takes 0.1 s and 20 MB: only who makes an invoice pays for it.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    lang: 'en',
    compress: false,
    info: { Title: `Invoice ${number}`, Author: name!.text, CreationDate: new Date(`${date}T00:00:00Z`) },
  });
  const bytes = buffer(document);
  document.font('Helvetica-Bold').fontSize(20).text('Invoice').fontSize(10).moveDown();
  facts(document, [
    ['Invoice number', plain(number)],
    ['Invoice date', plain(date)],
    ['Our reference', plain(request.reference)],
  ]);
  facts(document, [
    ['From', name!],
    ['MPN id', plain(issuer.mpnId)],
    ['Location', place!],
    ['Location id', plain(request.locationId)],
    ['To', plain('Microsoft, Software Assurance Planning Services')],
  ]);
  facts(document, [
    ['Offering', plain(request.offering)],
    ['Country of delivery', plain(request.country)],
  ]);
  vouchers(document, request);
  facts(document, [['Total', plain(amountText(request.amount))]]);
  document.end();
  return bytes;
}

const plain = (text: string): Shown => ({ text, font: { name: 'Helvetica' } });

/** A block of labels and what stands beside them. */
function facts(document: Document, lines: [label: string, value: Shown][]): void {
  for (const [label, { text, font }] of lines) {
    if (font.bytes) document.registerFont(font.name, font.bytes);
    makeRoom(document, document.font(font.name).heightOfString(text, { width: VALUE_WIDTH }));
    const { y } = document;
    document.font('Helvetica-Bold').text(label, MARGIN, y, { width: LABEL_WIDTH });
    const below = document.y;
    // Without a list of features each word is set by itself, and those of a line written from the right stand in wrong order.
    document.font(font.name).text(text, MARGIN + LABEL_WIDTH, y, { width: VALUE_WIDTH, features: [] });
    document.y = Math.max(below, document.y) + 4;
  }
  document.x = MARGIN;
  document.moveDown();
}

/** The vouchers as a table, over as many pages as it needs, its head on each. */
function vouchers(document: Document, { vouchers }: PaymentRequestBody): void {
  const head = VOUCHER_COLUMNS.map(({ title }) => title);
  row(document.font('Helvetica-Bold'), head);
  for (const { voucherId, serviceLevelDays, redeemedOn } of vouchers) {
    const cells = [voucherId, `${serviceLevelDays} days`, redeemedOn];
    if (makeRoom(document, heightOf(document.font('Helvetica'), cells))) row(document.font('Helvetica-Bold'), head);
    row(document.font('Helvetica'), cells);
  }
  document.moveDown();
}

function row(document: Document, cells: readonly string[]): void {
  const { y } = document;
  const height = heightOf(document, cells);
  let x = MARGIN;
  for (const [column, { width }] of VOUCHER_COLUMNS.entries()) {
    document.text(cells[column]!, x, y, { width: width - 10 });
    x += width;
  }
  document.x = MARGIN;
  document.y = y + height;
}

const heightOf = (document: Document, cells: readonly string[]): number =>
  4 +
  Math.max(
    ...VOUCHER_COLUMNS.map(({ width }, column) => document.heightOfString(cells[column]!, { width: width - 10 })),
  );

/** Begins a new page where this one has no more room for `height` points; true when it did. */
function makeRoom(document: Document, height: number): boolean {
  const isFull = document.y + height > document.page.height - MARGIN;
  if (isFull) document.addPage();
  return isFull;
}
