import { given } from '../support/given';
import { again, cancelled, path, redeemed, started } from '../support/story';

describe('an engagement is cancelled', () => {
  test.each(['awaitingVoucher', 'voucherAssigned'] as const)('in stage %s, and that is all', (stage) => {
    const ended = given(...path[stage]).when(cancelled({ reasonCode: 'customerCancelled' }));
    ended.thenRecorded({
      type: 'EngagementCancelled',
      data: { reason: 'customer withdrew', reasonCode: 'customerCancelled' },
    });
    expect(ended.view).toMatchObject({ stage: 'cancelled', tasks: [] });
    expect(ended.view).not.toHaveProperty('awaiting');
  });
  test.each(['reserved', 'completionReported'] as const)(
    'in stage %s, and a person cancels the reservation in Partner Center',
    (stage) => {
      const ended = given(...path[stage]).when(cancelled());
      ended.thenRecorded(
        { type: 'EngagementCancelled', data: { reason: 'customer withdrew' } },
        { type: 'TaskOpened', data: { task: ended.after!.openTasks[0]! } },
      );
      expect(ended.after!.openTasks).toStrictEqual([
        {
          taskId: 'E-1:cancelInPartnerCenter:1',
          kind: 'cancelInPartnerCenter',
          status: 'open',
          engagementId: 'E-1',
          partnerId: 'contoso',
          role: 'partnerAdmin',
          accountKind: 'Partner Center (work account)',
          title: 'Cancel the reservation in Partner Center',
          instructions:
            'The engagement was cancelled after its voucher had been reserved. Cancel the reservation in Partner Center, so that the customer has its voucher back.',
          resolutions: ['cancelledInPartnerCenter'],
          openedAt: '2020-08-02T09:00:00.000Z',
        },
      ]);
    },
  );
  test.each(['redeemed', 'paymentRequested', 'paymentApproved'] as const)(
    'not in stage %s: redemption is final (E13)',
    (stage) =>
      expect(given(...path[stage]).when(cancelled()).decision).toMatchObject({
        kind: 'refused',
        refusal: {
          code: 'cancel-after-redemption',
          detail: 'the voucher was redeemed on 2020-08-03: redemption is final',
        },
      }),
  );
  test('once: while a task is open the same words are quiet, others too late', () => {
    const ended = given(...path.reserved, cancelled());
    ended.when(again(cancelled())).thenQuiet('cancelEngagement@2020-08-02T09:00:00.000Z');
    ended.when(cancelled({ reason: 'another' })).thenRefused({
      code: 'engagement-closed',
      detail: 'the engagement is cancelled; cancelEngagement comes too late',
    });
    ended.when(redeemed()).thenRefused({
      code: 'engagement-closed',
      detail: 'the engagement is cancelled; redeemVoucher comes too late',
    });
  });
  test('when nothing is left to do, even the same words come too late', () =>
    given(started(), cancelled()).when(again(cancelled())).thenRefused({
      code: 'engagement-closed',
      detail: 'the engagement is cancelled and nothing is left to do',
    }));
});
