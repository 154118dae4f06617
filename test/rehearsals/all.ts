import type { HouseInOwnTime } from '../workflows/ownTime';
import { DELIVERY } from './delivery';
import { PAYMENTS, PAYMENTS_IN_TIME } from './payments';
import { PROGRAMME, PROGRAMME_IN_TIME } from './programme';
import type { Rehearsal } from './rehearsal';
import { VOUCHERS, VOUCHERS_IN_TIME } from './vouchers';

/** Whatever happens at once. */
export const AT_ONCE: readonly Rehearsal[] = [...VOUCHERS, ...DELIVERY, ...PAYMENTS, ...PROGRAMME];

/** Whatever takes days. */
export const IN_TIME: readonly Rehearsal<HouseInOwnTime>[] = [
  ...VOUCHERS_IN_TIME,
  ...PAYMENTS_IN_TIME,
  ...PROGRAMME_IN_TIME,
];
