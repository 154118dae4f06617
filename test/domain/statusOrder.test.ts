import type { PaymentStatus } from '../../contracts/names';
import { isNews, type Progress } from '../../domain/settlement/statusOrder';

const approvedAt = '2020-08-15T10:00:00Z';
const STATUSES = [
  'validating',
  'awaitingInvoice',
  'approved',
  'held',
  'sent',
  'paid',
  'rejected',
  'cancelled',
] as const;

/** Of a request that has come so far, what SAVB or an operator may tell next. */
const NEWS: readonly [Progress, readonly PaymentStatus[]][] = [
  [{ status: 'submitted' }, STATUSES],
  [{ status: 'validating' }, ['awaitingInvoice', 'approved', 'held', 'sent', 'paid', 'rejected', 'cancelled']],
  [{ status: 'awaitingInvoice' }, ['validating', 'approved', 'held', 'sent', 'paid', 'rejected', 'cancelled']],
  [{ status: 'approved', approvedAt }, ['awaitingInvoice', 'held', 'sent', 'paid', 'rejected', 'cancelled']],
  [{ status: 'held' }, ['validating', 'awaitingInvoice', 'approved', 'sent', 'paid', 'rejected', 'cancelled']],
  [{ status: 'held', approvedAt }, ['awaitingInvoice', 'approved', 'sent', 'paid', 'rejected', 'cancelled']],
  [{ status: 'sent', approvedAt }, ['awaitingInvoice', 'held', 'paid', 'rejected', 'cancelled']],
  [{ status: 'rejected' }, ['validating', 'awaitingInvoice', 'approved', 'held', 'sent', 'paid', 'cancelled']],
];

test.each(NEWS)('after %j comes only what was not known and does not go back', (progress, news) =>
  expect(STATUSES.filter((status) => isNews(progress, status))).toStrictEqual(news),
);
