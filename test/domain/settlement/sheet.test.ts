import type { PaymentRequestBody } from '../../../contracts/savb';
import type { Task } from '../../../contracts/tasks';
import { doNotType, sheetOf, sheetText, whereToPrint } from '../../../domain/settlement/sheet';

const body: PaymentRequestBody = {
  reference: 'E-1:invoice:1',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [
    { voucherId: 'V-0001', serviceLevelDays: 5, redeemedOn: '2020-08-14' },
    { voucherId: 'V-0002', serviceLevelDays: 10, redeemedOn: '2020-08-15' },
  ],
  amount: { minor: 240_005, currency: 'SEK' },
  invoice: { number: '2020-00001', date: '2020-08-17' },
};

describe('the sheet', () => {
  const lines = [
    'Offering: DDPS',
    'Country: SE',
    'Location: contoso-se',
    'Voucher: V-0001, service level 5, redeemed on 2020-08-14',
    'Voucher: V-0002, service level 10, redeemed on 2020-08-15',
    'Total: 2400.05 SEK',
    'Invoice number: 2020-00001',
    'Invoice date: 2020-08-17',
  ];

  test('has everything to type, in the order of the form', () =>
    expect(sheetText(sheetOf(body)).split('\n')).toStrictEqual([...lines, 'Our reference: E-1:invoice:1']));

  test('names the document of the invoice where there is one', () => {
    const documented = { ...body, invoice: { ...body.invoice, documentSha256: 'a'.repeat(64) } };
    expect(sheetText(sheetOf(documented)).split('\n')).toStrictEqual([
      ...lines,
      `Invoice document (SHA-256): ${'a'.repeat(64)}`,
      'Our reference: E-1:invoice:1',
    ]);
  });

  test.each([
    [
      { engagementId: 'E-1' },
      'To print: engagements sheet E-1 --html --out sheet.html (GET /v1/engagements/E-1/payment-request/sheet); the invoice to go with it: engagements invoice E-1',
    ],
    [
      { batchId: 'B-1' },
      'To print: engagements batch sheet B-1 --html --out sheet.html (GET /v1/batches/B-1/payment-request/sheet); the invoice to go with it: engagements batch invoice B-1',
    ],
  ])('of %p is told where to be had on paper, with its invoice', (owner, told) =>
    expect(whereToPrint(owner)).toBe(told),
  );
});

describe('typing it in', () => {
  const asked: Pick<Task, 'kind'>[] = [{ kind: 'paymentWindowClosing' }, { kind: 'manualSubmission' }];

  test('is wanted while somebody is asked to', () => expect(doNotType({}, asked)).toBeUndefined());

  test('is warned against when SAVB has it, whatever was asked', () =>
    expect(doNotType({ microsoftReferenceNumber: 'MS-1' }, asked)).toBe(
      'SAVB has it already, as MS-1: do not type it in again.',
    ));

  test.each([[[]], [[{ kind: 'submissionUnknown' as const }]]])(
    'is warned against while it may be sent, or may have been: %j',
    (tasks) => expect(doNotType({}, tasks)).toMatch(/^Nobody is asked to submit it by hand/),
  );
});
