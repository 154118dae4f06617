import type { PaymentRequest } from '../../contracts/engagement';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, dayOf, endOfDay, startOfDay } from '../days';

/** The payment request is complete within the window after redemption (source: PC-DPS@2021-04, 9.5; E17). */
export function untilWindowEnds(dueOn: string, utcOffset: string, { paymentWindow }: Rulebook) {
  const closesOn = addDays(dueOn, -paymentWindow.taskDaysBefore);
  return [
    { kind: 'paymentWindowClosing' as const, at: startOfDay(closesOn, utcOffset) },
    { kind: 'paymentWindowEnd' as const, at: endOfDay(dueOn, utcOffset) },
  ];
}

/** Microsoft pays within 30 days of approval (source: SAVB-TRN, 9.5). */
export function untilPaid(
  request: Pick<PaymentRequest, 'approvedAt'> | undefined,
  utcOffset: string,
  { paymentExpectation }: Rulebook,
) {
  if (request?.approvedAt === undefined) return [];
  const lastDay = addDays(dayOf(request.approvedAt, utcOffset), paymentExpectation.days);
  return [{ kind: 'paymentOverdue' as const, at: endOfDay(lastDay, utcOffset) }];
}

/** After the business is over, what people left undone is closed one day: the day once set stays. */
export function untilClosed<Kind extends string>(
  deadlines: readonly { kind: Kind; at: string }[],
  utcOffset: string,
  { closingDays }: Rulebook,
  now: string,
) {
  const set = deadlines.find(({ kind }) => kind === 'closing');
  const at = set?.at ?? startOfDay(addDays(dayOf(now, utcOffset), closingDays), utcOffset);
  return { kind: 'closing' as const, at };
}
