import {
  ENGAGEMENT_MESSAGES,
  MESSAGE_ROLES,
  ROLES,
  STAGES,
  type EngagementMessageName,
  type Role,
  type Stage,
} from '../../contracts/names';
import { awaitingOf, refuseOutOfTurn } from '../../domain/engagement/stages';
import { given } from '../support/given';
import { IN_STAGE } from '../support/inEveryStage';
import { path, savb, status, tell } from '../support/story';

/** Who says what (design: the message table; a Global Admin may do what a Partner Admin may). */
const WHO: Record<EngagementMessageName, readonly Role[]> = {
  assignVoucher: ['operator', 'globalAdmin', 'partnerAdmin'],
  replaceVoucher: ['operator', 'globalAdmin', 'partnerAdmin'],
  reserveVoucher: ['operator', 'globalAdmin', 'partnerAdmin'],
  cancelReservation: ['operator', 'globalAdmin', 'partnerAdmin'],
  reschedule: ['operator', 'globalAdmin', 'partnerAdmin'],
  submitCompletionReport: ['operator', 'globalAdmin', 'partnerAdmin', 'consultant'],
  redeemVoucher: ['operator', 'globalAdmin', 'partnerAdmin'],
  extendVoucher: ['operator'],
  cancelEngagement: ['operator', 'globalAdmin', 'partnerAdmin'],
  recordPaymentStatus: ['operator'],
  correctPaymentRequest: ['operator'],
  reportVoucherProblem: ['operator', 'globalAdmin', 'partnerAdmin'],
  adoptRules: ['operator'],
  eligibilityChanged: ['operator'],
  recordLicenseEnd: ['operator', 'globalAdmin', 'partnerAdmin'],
  transferEngagement: ['operator'],
  updateCustomer: ['operator', 'globalAdmin', 'partnerAdmin'],
  resolveTask: ROLES,
  claimTask: ROLES,
  releaseTask: ROLES,
  addNote: ROLES,
};

const untilRedemption = ['awaitingVoucher', 'voucherAssigned', 'reserved', 'completionReported'] as const;

/** In which stages it can mean anything; `*` is all of them, as long as a task is open. */
const WHEN: Record<EngagementMessageName, readonly Stage[] | '*'> = {
  assignVoucher: ['awaitingVoucher'],
  replaceVoucher: ['voucherAssigned'],
  reserveVoucher: ['voucherAssigned'],
  cancelReservation: ['reserved', 'completionReported'],
  reschedule: ['reserved'],
  submitCompletionReport: ['reserved', 'completionReported'],
  redeemVoucher: ['completionReported'],
  extendVoucher: ['voucherAssigned', 'reserved', 'completionReported'],
  cancelEngagement: untilRedemption,
  recordPaymentStatus: ['redeemed', 'paymentRequested', 'paymentApproved'],
  correctPaymentRequest: ['redeemed', 'paymentRequested', 'paymentApproved'],
  reportVoucherProblem: ['awaitingVoucher', 'voucherAssigned'],
  adoptRules: untilRedemption,
  eligibilityChanged: untilRedemption,
  recordLicenseEnd: [...untilRedemption, 'redeemed', 'paymentRequested', 'paymentApproved'],
  transferEngagement: [...untilRedemption, 'redeemed', 'paymentRequested', 'paymentApproved'],
  updateCustomer: [...untilRedemption, 'redeemed', 'paymentRequested', 'paymentApproved'],
  resolveTask: '*',
  claimTask: '*',
  releaseTask: '*',
  addNote: '*',
};

const rejected = [...path.redeemed, savb({ status: 'rejected', message: 'no' })];

test('every stage can be reached', () => {
  for (const stage of STAGES) expect(IN_STAGE[stage].stage).toBe(stage);
});

describe.each(ENGAGEMENT_MESSAGES)('%s', (name) => {
  test(`is for ${WHO[name].join(', ')}`, () => {
    expect([...MESSAGE_ROLES[name]].sort()).toStrictEqual([...WHO[name]].sort());
    for (const role of ROLES) {
      const refusal = refuseOutOfTurn(IN_STAGE.reserved, name, { subject: 's', role });
      expect(refusal?.code === 'role-not-allowed').toBe(!WHO[name].includes(role));
    }
  });

  test(`can be said in ${String(WHEN[name])}`, () => {
    const possible = STAGES.filter(
      (stage) => refuseOutOfTurn(IN_STAGE[stage], name, { subject: 's', role: 'operator' }) === undefined,
    );
    expect(possible).toStrictEqual(WHEN[name] === '*' ? STAGES : WHEN[name]);
  });

  test('in the wrong stage is a conflict, never a matter of its content', () => {
    for (const stage of STAGES) {
      const refusal = refuseOutOfTurn(IN_STAGE[stage], name, { subject: 's', role: 'operator' });
      if (refusal)
        expect([
          'wrong-stage',
          'already-done-differently',
          'report-missing',
          'cancel-after-redemption',
          'engagement-closed',
        ]).toContain(refusal.code);
    }
  });
});

test('the role is asked before the stage, the stage before the content', () => {
  const nonsense = { expiresOn: '2000-01-01', reason: 'r' };
  expect(
    given(...path.awaitingVoucher).when(
      tell('extendVoucher', nonsense, { on: '2020-07-02', by: { subject: 's', role: 'consultant' } }),
    ).decision,
  ).toMatchObject({ refusal: { code: 'role-not-allowed' } });
  expect(
    given(...path.awaitingVoucher).when(tell('extendVoucher', nonsense, { on: '2020-07-02' })).decision,
  ).toMatchObject({ refusal: { code: 'wrong-stage' } });
  expect(
    given(...path.voucherAssigned).when(tell('extendVoucher', nonsense, { on: '2020-07-04' })).decision,
  ).toMatchObject({ refusal: { code: 'extension-not-later' } });
});

test('words that stand are forbidden to a role that may not say them', () => {
  const told = status({ status: 'held' });
  const forbidden = { ...told, message: { ...told.message, actor: { subject: 's', role: 'consultant' as const } } };
  given(...path.paymentRequested, told)
    .when(forbidden)
    .thenRefused({
      code: 'role-not-allowed',
      detail: 'recordPaymentStatus is for operator, not for consultant',
    });
});

describe('what an engagement waits for', () => {
  test.each([
    ['awaitingVoucher', 'assignVoucher', 'customer', '2020-08-15T00:00:00.000Z'],
    ['voucherAssigned', 'reserveVoucher', 'partnerAdmin', '2020-12-30T00:00:00.000Z'],
    ['reserved', 'submitCompletionReport', 'consultant', '2020-12-30T00:00:00.000Z'],
    ['completionReported', 'redeemVoucher', 'partnerAdmin', '2020-12-30T00:00:00.000Z'],
    ['redeemed', 'recordPaymentStatus', 'Microsoft', '2020-10-03T00:00:00.000Z'],
    ['paymentRequested', 'recordPaymentStatus', 'Microsoft', undefined],
    ['paymentApproved', 'recordPaymentStatus', 'Microsoft', '2020-09-15T00:00:00.000Z'],
  ] as const)('in stage %s: %s from %s until %s', (stage, message, from, until) =>
    expect(awaitingOf(IN_STAGE[stage])).toStrictEqual({ message, from, ...(until !== undefined && { until }) }),
  );
  test.each(['paid', 'expired', 'cancelled', 'paymentDenied', 'paymentLapsed'] as const)(
    'in stage %s: nothing',
    (stage) => expect(awaitingOf(IN_STAGE[stage])).toBeUndefined(),
  );
  test('where SAVB rejected the request, the operator', () =>
    expect(awaitingOf(given(...rejected).state)).toStrictEqual({
      message: 'correctPaymentRequest',
      from: 'operator',
      until: '2020-10-03T00:00:00.000Z',
    }));
  test('where a task holds the next step, its resolution', () =>
    expect(awaitingOf(given(...path.redeemed, savb({ status: 'unknown', why: 'w' })).state)).toStrictEqual({
      message: 'resolveTask E-1:submissionUnknown:1',
      from: 'operator',
      until: '2020-10-03T00:00:00.000Z',
    }));
});
