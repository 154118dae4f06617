import type { Payloads } from '../../contracts/messages';
import { endOfDay } from '../days';
import { lastDayToRedeem } from '../rulebook/rulebook';
import { accepted } from '../decision';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import type { Engagement } from './state';
import { noLongerNeeded, PARTNER_CENTER, type TaskRule } from '../tasks';
import { taskOpened } from './tasks';

type Problem = Payloads['reportVoucherProblem']['problem'];

/** Who helps with which problem, and how (source: BASE, steps 4 and 5; PC-VVR, PS-MOD2). */
const PROBLEMS: Record<Problem, Omit<TaskRule, 'resolutions'>> = {
  benefitNotActivated: {
    role: 'operator',
    title: 'The customer has not activated the benefit',
    instructions:
      'Send the customer’s SAB administrator the steps: activate Planning Services for the licensing ID in VLSC, create the voucher, assign it (E3). Then send assignVoucher; or cancelEngagement with benefitNotActivated.',
  },
  emailNotForwarded: {
    role: 'operator',
    title: 'The voucher’s mail has not been forwarded',
    instructions:
      'VLSC mails the voucher number to the customer’s project manager. Ask them to forward that mail (E1), then send assignVoucher.',
  },
  validationFailed: {
    role: 'partnerAdmin',
    accountKind: PARTNER_CENTER,
    title: 'The voucher cannot be validated',
    instructions:
      'Partner Center asks for the voucher number and its administrator’s e-mail: one of them is wrong (E1). Compare both with the customer’s mail and correct them by assignVoucher, or replaceVoucher with reason corrected.',
  },
  reservedByOtherPartner: {
    role: 'operator',
    title: 'Another partner has reserved the voucher',
    instructions:
      'Do not try again blindly (E2). Ask the customer to have that partner cancel its reservation or to issue another voucher: then resolve as solved, or send replaceVoucher with reason reservedByOtherPartner. Otherwise send cancelEngagement with lostToOtherPartner.',
  },
  wrongTypeOrLevel: {
    role: 'partnerAdmin',
    title: 'The voucher is not of the agreed type or level',
    instructions:
      'Vouchers are never merged or split (E9). Ask the customer for one of the agreed type and level and send replaceVoucher with reason wrongTypeOrLevel; or agree on another scope and start an engagement for that.',
  },
};

/**
 * Before reservation anything may be wrong with the voucher (E1, E2, E3, E9): a person is asked, until the last day of
 * the voucher if there is one. Reported again while somebody is at it, it is one more line in the timeline.
 */
export function decideVoucherProblem(
  state: Engagement,
  { payload, at }: MessageOf<'reportVoucherProblem'>,
  { rulebook }: Facts,
): Decision {
  const { problem, note } = payload;
  const { voucher, utcOffset } = state;
  const dueAt = voucher && endOfDay(lastDayToRedeem(rulebook, voucher.expiresOn), utcOffset);
  const isAsked = state.openTasks.some(({ kind, about }) => kind === 'voucherProblem' && about === problem);
  return accepted(
    { type: 'VoucherProblemReported', data: payload },
    ...(isAsked
      ? []
      : [taskOpened(state, 'voucherProblem', at, { ...PROBLEMS[problem], about: problem, detail: note, dueAt })]),
  );
}

/** A voucher that came, or another one, ends what was wrong before. */
export function solvedByVoucher({ openTasks }: Engagement): NewEvent[] {
  return openTasks.filter(({ kind }) => kind === 'voucherProblem').map(noLongerNeeded);
}
