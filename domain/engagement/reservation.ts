import type { Reservation } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import { dayOf } from '../days';
import { consultants } from '../partner/delivery';
import { eligibility } from '../partner/eligibility';
import type { Requirement } from '../partner/requirements';
import { refusal, type Refusal } from '../refusals';
import { lastDayToRedeem } from '../rulebook/rulebook';
import { claimId } from '../claims';
import { claimsOf } from './claims';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import { restored } from './standing';
import type { Engagement } from './state';

/** Fields of the payload behind a requirement, so that a refusal can point at one. */
const FIELD_OF: Partial<Record<Requirement['name'], string>> = { location: 'locationId', consultants: 'consultantIds' };

/** Refuses by the first unmet requirement and lists all of them. */
function refuseUnmet(unmet: readonly Requirement[]): Refusal | undefined {
  const [first] = unmet;
  if (!first) return undefined;
  const fields = unmet.flatMap(({ name, detail }): [string, string][] => {
    const field = FIELD_OF[name];
    return field === undefined ? [] : [[field, detail]];
  });
  return refusal(first.code, unmet.map(({ detail }) => detail).join('; '), Object.fromEntries(fields));
}

/** Step 5: the partner validated and reserved the voucher and scheduled the work. */
export function decideReservation(
  state: Engagement,
  { payload, at }: MessageOf<'reserveVoucher'>,
  facts: Facts,
): Decision {
  const today = dayOf(at, state.utcOffset);
  const reservation = reservationOf(state, payload, today);
  const no =
    refuseMismatch(state, payload) ??
    refuseReservedOn(state, reservation.reservedOn, facts, today) ??
    refuseSchedule(state, reservation, facts) ??
    refuseIneligible(state, reservation, facts, today) ??
    refuseSecondFifteenDays(state, reservation, facts);
  return no ? refused(no) : accepted({ type: 'VoucherReserved', data: { reservation } });
}

function reservationOf(state: Engagement, payload: Payloads['reserveVoucher'], today: string): Reservation {
  const {
    locationId,
    deliveryCountry = state.customer.country,
    reservedOn = today,
    exemption,
    exemptionNote,
  } = payload;
  const { scheduledStart, scheduledEnd, consultantIds } = payload;
  return {
    locationId,
    deliveryCountry,
    reservedOn,
    scheduledStart,
    scheduledEnd,
    consultantIds,
    ...(exemption !== undefined && { exemption }),
    ...(exemptionNote !== undefined && { exemptionNote }),
  };
}

/** Validation is voucher number plus administrator's e-mail (source: PC-VVR; E1). */
function refuseMismatch({ voucher }: Engagement, payload: Payloads['reserveVoucher']): Refusal | undefined {
  const wrong = {
    ...(voucher?.voucherId !== payload.voucherId && { voucherId: 'not the assigned voucher' }),
    ...(voucher?.voucherAdministratorEmail.toLowerCase() !== payload.voucherAdministratorEmail.toLowerCase() && {
      voucherAdministratorEmail: 'not the e-mail of the voucher’s administrator',
    }),
  };
  return Object.keys(wrong).length > 0
    ? refusal('voucher-mismatch', 'number and e-mail must be those of the assigned voucher', wrong)
    : undefined;
}

/** Reservation, engagement and redemption fit into the voucher's validity and the programme's (PC-DPS@2021-04; E22). */
function lastDayOf({ voucher }: Engagement, { rulebook }: Facts): string | undefined {
  return voucher && lastDayToRedeem(rulebook, voucher.expiresOn);
}

function refuseReservedOn(state: Engagement, reservedOn: string, facts: Facts, today: string): Refusal | undefined {
  const assignedOn = state.voucher?.assignedOn ?? reservedOn;
  const lastDay = lastDayOf(state, facts) ?? reservedOn;
  if (reservedOn < assignedOn || reservedOn > today)
    return refusal('dates-out-of-order', `a voucher assigned on ${assignedOn} cannot be reserved on ${reservedOn}`, {
      reservedOn: `from ${assignedOn} until ${today}`,
    });
  if (reservedOn > lastDay)
    return refusal('voucher-expired', `the voucher ran out on ${lastDay}`, { reservedOn: `at most ${lastDay}` });
  return undefined;
}

type Schedule = Pick<Reservation, 'reservedOn' | 'scheduledStart' | 'scheduledEnd'>;

function refuseSchedule(
  state: Engagement,
  { reservedOn, scheduledStart, scheduledEnd }: Schedule,
  facts: Facts,
): Refusal | undefined {
  const lastDay = lastDayOf(state, facts);
  if (scheduledStart < reservedOn)
    return refusal('dates-out-of-order', 'every voucher is reserved before its engagement begins', {
      scheduledStart: `at least ${reservedOn}`,
    });
  if (scheduledEnd < scheduledStart)
    return refusal('dates-out-of-order', 'the schedule ends before it begins', {
      scheduledEnd: `at least ${scheduledStart}`,
    });
  if (lastDay !== undefined && scheduledEnd > lastDay)
    return refusal('schedule-past-expiry', `the voucher runs out on ${lastDay}`, {
      scheduledEnd: `at most ${lastDay}`,
    });
  return undefined;
}

function refuseIneligible(
  state: Engagement,
  reservation: Reservation,
  { rulebook, partner }: Facts,
  today: string,
): Refusal | undefined {
  if (!partner) return refusal('partner-unknown', `there is no partner ${state.partnerId}`);
  return refuseUnmet(
    eligibility(rulebook, partner, state.engagementType, reservation, today).filter(({ met }) => !met),
  );
}

/** No second 15-day engagement of the same type per customer without an exemption (source: PS-PROC; E10). */
function refuseSecondFifteenDays(
  state: Engagement,
  reservation: Reservation,
  { heldElsewhere }: Facts,
): Refusal | undefined {
  const claims = claimsOf({ ...state, reservation }).filter(({ kind }) => kind === 'fifteenDay');
  if (!claims.some((claim) => heldElsewhere[claimId(claim)] !== undefined)) return undefined;
  return {
    ...refusal('second-fifteen-day-engagement', secondFifteenDays(state), {
      exemption: 'differentDivision or differentProducts, if it applies',
    }),
    ...withAwaiting(state),
  };
}

/** What a refused second 15-day engagement is told. */
export const secondFifteenDays = ({ customer, engagementType }: Engagement): string =>
  `${customer.name} has a 15-day ${engagementType} engagement already`;

/** Reserved vouchers may be given back as long as they are not redeemed (source: PC-VVR; E4, E13). */
export function decideReservationCancellation(
  state: Engagement,
  { payload }: MessageOf<'cancelReservation'>,
): Decision {
  const { completionReport } = state;
  return accepted({
    type: 'ReservationCancelled',
    data: { reason: payload.reason, ...(completionReport && { withdrawnReport: completionReport }) },
  });
}

/**
 * The schedule may change before the report, by the rules of the reservation (source: PS-MOD2; E8). Accepted, everything
 * is met again.
 */
export function decideReschedule(state: Engagement, { payload, at }: MessageOf<'reschedule'>, facts: Facts): Decision {
  const { reservation } = state;
  if (!reservation) return refused(refusal('wrong-stage', 'there is no reservation to reschedule'));
  const { scheduledStart, scheduledEnd, consultantIds = reservation.consultantIds } = payload;
  const rescheduled = { ...reservation, scheduledStart, scheduledEnd, consultantIds };
  const no =
    refuseSchedule(state, rescheduled, facts) ??
    refuseIneligible(state, rescheduled, facts, dayOf(at, state.utcOffset));
  return no
    ? refused(no)
    : accepted(
        { type: 'EngagementRescheduled', data: { scheduledStart, scheduledEnd, consultantIds } },
        ...restored(state),
      );
}

/** The named consultants alone, for the report: who did the work must be qualified (E8). */
export function refuseConsultants(
  state: Engagement,
  consultantIds: readonly string[],
  { rulebook, partner }: Facts,
  today: string,
): Refusal | undefined {
  if (!partner) return refusal('partner-unknown', `there is no partner ${state.partnerId}`);
  return refuseUnmet(
    [consultants(rulebook, partner, state.engagementType, consultantIds, today)].filter(({ met }) => !met),
  );
}
