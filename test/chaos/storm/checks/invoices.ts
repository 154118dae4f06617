import type { EngagementView } from '../../../../contracts/engagement';
import { DIFFERENCE_GROUPS } from '../../../../contracts/reconciliation';
import type { Evidence, Invoice } from '../evidence';
import { checkEach, groupBy, isDense, type Check } from './check';

/** I1: SAVB accepted one invoice at most under a reference, and for a voucher. */
export function acceptedOnce({ ledger }: Pick<Evidence, 'ledger'>): Check[] {
  const numbersOf = (invoices: Invoice[]) => invoices.map(({ microsoftReferenceNumber }) => microsoftReferenceNumber);
  const once = (what: string, groups: Map<string, Invoice[]>) =>
    checkEach('I1', `SAVB accepted one invoice at most per ${what}`, groups, ([key, invoices]) => {
      return invoices.length > 1 && `${what} ${key}: ${numbersOf(invoices).join(', ')}`;
    });
  const byVoucher = ledger.flatMap((invoice) =>
    invoice.request.vouchers.map(({ voucherId }) => ({ voucherId, invoice })),
  );
  const vouchers = [...groupBy(byVoucher, ({ voucherId }) => voucherId)];
  return [
    once(
      'reference',
      groupBy(ledger, ({ request }) => request.reference),
    ),
    once('voucher', new Map(vouchers.map(([key, found]) => [key, found.map(({ invoice }) => invoice)]))),
  ];
}

type Books = Pick<Evidence, 'ledger' | 'engagements' | 'paymentRequests'>;

/** I2: what SAVB has and what we have on record are the same money, invoice by invoice and in sum. */
export function sameMoney({ ledger, engagements, paymentRequests }: Books): Check[] {
  const ours = engagements.flatMap(submitted);
  const theirs = ledger.map(({ microsoftReferenceNumber: number, request: { reference, amount } }) =>
    lineOf(number, reference, amount),
  );
  const attempts = paymentRequests.flatMap(({ reference, request, attempts: made }) =>
    made.flatMap(({ outcome }) =>
      outcome?.class === 'SUCCESS' && request
        ? [lineOf(outcome.microsoftReferenceNumber, reference, request.amount)]
        : [],
    ),
  );
  return [
    sameSums('engagements', sumsOf(ours), sumsOf(theirs)),
    sameSums('payment requests', sumsOf(new Map(attempts.map((line) => [line.text, line])).values()), sumsOf(theirs)),
    within('what SAVB accepted is on record here', theirs, ours),
    within('what is on record here SAVB accepted', ours, theirs),
  ];
}

interface Line {
  currency: string;
  minor: number;
  text: string;
}

const lineOf = (number: string | undefined, reference: string, { minor, currency }: Omit<Line, 'text'>): Line => ({
  currency,
  minor,
  text: `${reference} ${number} over ${minor} ${currency}`,
});

/** The payment request of an engagement, once SAVB is known to have it. */
const submitted = ({ paymentRequest }: EngagementView): Line[] =>
  paymentRequest?.microsoftReferenceNumber === undefined
    ? []
    : [lineOf(paymentRequest.microsoftReferenceNumber, paymentRequest.reference, paymentRequest.amount)];

function sumsOf(lines: Iterable<Line>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { currency, minor } of lines) sums.set(currency, (sums.get(currency) ?? 0) + minor);
  return sums;
}

const sameSums = (whose: string, ours: Map<string, number>, theirs: Map<string, number>): Check =>
  checkEach('I2', `sums per currency: ${whose} and SAVB`, new Set([...ours.keys(), ...theirs.keys()]), (currency) => {
    const [here, there] = [ours.get(currency) ?? 0, theirs.get(currency) ?? 0];
    return here !== there && `${currency}: ${here} in ${whose}, ${there} at SAVB`;
  });

const within = (rule: string, lines: Line[], others: Line[]): Check => {
  const known = new Set(others.map(({ text }) => text));
  return checkEach('I2', rule, lines, ({ text }) => !known.has(text) && text);
};

/** I2: the system's own reconciliation finds no difference. */
export function reconciled({ reconciliation }: Pick<Evidence, 'reconciliation'>): Check {
  const rule = 'a reconciliation finds no difference';
  if (reconciliation.status !== 'completed')
    return { invariant: 'I2', rule, checked: 0, violations: [`it has ${reconciliation.status}`] };
  const violations = DIFFERENCE_GROUPS.flatMap((group) =>
    reconciliation[group].map(({ reference, why }) => `${group}: ${reference}, ${why}`),
  );
  return { invariant: 'I2', rule, checked: reconciliation.matched + violations.length, violations };
}

/** I5: invoice numbers of a partner's year are 1, 2, 3 … */
export function numberedWithoutGaps({ paymentRequests }: Pick<Evidence, 'paymentRequests'>): Check {
  const years = groupBy(paymentRequests, ({ partnerId, year }) => `${partnerId} ${year}`);
  return checkEach('I5', "invoice numbers of a partner's year have no gaps", years, ([year, rows]) => {
    const numbers = rows.map(({ number }) => number).sort((one, other) => one - other);
    return !isDense(numbers) && `${year}: ${numbers.join(', ')}`;
  });
}
