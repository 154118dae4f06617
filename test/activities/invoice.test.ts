import { renderInvoice, type Invoice } from '../../activities/invoices/renderInvoice';
import type { PaymentRequestBody } from '../../contracts/savb';
import { textsIn } from '../support/pdfText';

const request: PaymentRequestBody = {
  reference: 'E-1:invoice:1',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [
    { voucherId: 'V-0001', serviceLevelDays: 5, redeemedOn: '2020-08-14' },
    { voucherId: 'V-0002', serviceLevelDays: 10, redeemedOn: '2020-08-15' },
  ],
  amount: { minor: 8_250_050, currency: 'SEK' },
  invoice: { number: '2020-00017', date: '2020-08-17' },
};
const issuer: Invoice['issuer'] = {
  name: 'Contoso Services AB',
  mpnId: '1234567',
  locations: [{ locationId: 'contoso-se', country: 'SE', name: 'Stockholm' }],
};

const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/^\/Type \/Page$/gm)?.length ?? 0;
const named = (name: string) => renderInvoice({ request, issuer: { ...issuer, name } });

test('the invoice says who asks whom for how much, for what, and under which number', async () => {
  const pdf = await renderInvoice({ request, issuer });
  expect(textsIn(pdf)).toStrictEqual([
    'Invoice',
    ...['Invoice number', '2020-00017'],
    ...['Invoice date', '2020-08-17'],
    ...['Our reference', 'E-1:invoice:1'],
    ...['From', 'Contoso Services AB'],
    ...['MPN id', '1234567'],
    ...['Location', 'Stockholm'],
    ...['Location id', 'contoso-se'],
    ...['To', 'Microsoft, Software Assurance Planning Services'],
    ...['Offering', 'DDPS'],
    ...['Country of delivery', 'SE'],
    ...['Voucher', 'Service level', 'Redeemed on'],
    ...['V-0001', '5 days', '2020-08-14'],
    ...['V-0002', '10 days', '2020-08-15'],
    ...['Total', '82500.50 SEK'],
  ]);
  expect(pagesOf(pdf)).toBe(1);
});

test('a location the partner has no name for is told by its id', async () =>
  expect(textsIn(await renderInvoice({ request, issuer: { ...issuer, locations: [] } }))).toEqual(
    expect.arrayContaining(['Location', 'contoso-se']),
  ));

describe('the same data are the same bytes', () => {
  afterEach(() => jest.useRealTimers());

  test.each(['Contoso Services AB', 'Łódź Usługi', '株式会社コントソ'])('of %s, at whatever time', async (name) => {
    const doNotFake = ['nextTick', 'setImmediate', 'queueMicrotask'] as const;
    jest.useFakeTimers({ now: Date.parse('2020-08-17T09:00:00Z'), doNotFake: [...doNotFake] });
    const first = await named(name);
    jest.setSystemTime(Date.parse('2031-01-02T03:04:05Z'));
    expect((await named(name)).equals(first)).toBe(true);
  });

  test('and other data are others', async () => {
    const other = { ...request, amount: { minor: 8_250_051, currency: 'SEK' } };
    expect((await renderInvoice({ request: other, issuer })).equals(await renderInvoice({ request, issuer }))).toBe(
      false,
    );
  });

  test('its moment is the day of the invoice', async () =>
    expect((await renderInvoice({ request, issuer })).toString('latin1')).toContain('(D:20200817000000Z)'));
});

describe('names are shown in their own writing', () => {
  test.each([
    ['Café “Zürich” – Ørsted & Søn €', 'Helvetica'],
    ['Łódź Usługi Sp. z o.o.', 'DejaVuSans'],
    ['Υπηρεσίες Αθήνα Α.Ε.', 'DejaVuSans'],
    ['ООО «Москва Сервис»', 'DejaVuSans'],
    ['株式会社コントソ 2号', 'UnifontExMono'],
    ['微软合作伙伴（北京）', 'UnifontExMono'],
    ['콘토소 서비스', 'UnifontExMono'],
  ])('%s, in %s', async (name, font) => {
    const pdf = await named(name);
    expect(textsIn(pdf)).toContain(name);
    expect(pdf.toString('latin1')).toContain(font);
  });

  test('a letter put together from two is one', async () =>
    expect(textsIn(await named('Zu\u0308rich'))).toContain('Zürich'));

  test('what is written from the right stays in its order', async () => {
    const name = 'خدمات كونتوسو المحدودة';
    // The glyphs stand from left to right, the last letter of the last word first.
    expect(textsIn(await named(name)).map((text) => [...text].reverse().join(''))).toContain(name);
  });

  test('a character that no font has is shown by its number', async () =>
    expect(textsIn(await named('𠮷野家 𠮷'))).toContain('[U+20BB7]野家 [U+20BB7]'));

  test('what would steer a reader or break the line is a space', async () =>
    expect(textsIn(await named('one\r\n\u0000two\u2028three \u202efour'))).toContain('one two three  four'));
});

test('what does not fit goes on, and no part of it is lost', async () => {
  const long = 'Contoso Consulting '.repeat(10).trim();
  const voucherId = 'W'.repeat(64);
  const vouchers = [{ voucherId, serviceLevelDays: 5, redeemedOn: '2020-08-14' }];
  const pdf = await renderInvoice({ request: { ...request, vouchers }, issuer: { ...issuer, name: long } });
  const texts = textsIn(pdf).map((text) => text.trim());
  expect(texts.slice(texts.indexOf('From') + 1, texts.indexOf('MPN id')).join(' ')).toBe(long);
  expect(texts.filter((text) => /^W+$/.test(text)).join('')).toBe(voucherId);
});

test('the most vouchers a request can have fill several pages, the head of their table on each', async () => {
  const vouchers = Array.from({ length: 500 }, (_, index) => ({
    voucherId: `V-${index}`,
    serviceLevelDays: 1,
    redeemedOn: '2020-08-14',
  }));
  const pdf = await renderInvoice({ request: { ...request, vouchers }, issuer });
  const texts = textsIn(pdf);
  expect(texts.filter((text) => text.startsWith('V-'))).toStrictEqual(vouchers.map(({ voucherId }) => voucherId));
  expect(pagesOf(pdf)).toBeGreaterThan(5);
  expect(texts.filter((text) => text === 'Service level')).toHaveLength(pagesOf(pdf));
  expect(texts.slice(-2)).toStrictEqual(['Total', '82500.50 SEK']);
});
