import { claimId } from '../../domain/claims';
import { claimsOf } from '../../domain/engagement/claims';
import { viewOf } from '../../domain/engagement/view';
import { given, givenState } from '../support/given';
import { again, assigned, customerUpdated, path, replaced, reserved, started } from '../support/story';

const projectManager = { name: 'Ann Ek', email: 'ann@fabrikam.example' };

describe('the customer changes', () => {
  test('its name, its licensing ID and its project manager', () => {
    const changes = { name: 'Fabrikam Group', licensingId: 'L-1', projectManager };
    const updated = given(...path.reserved).when(customerUpdated(changes));
    updated.thenRecorded({ type: 'CustomerUpdated', data: changes });
    expect(updated.view).toMatchObject({
      customer: { name: 'Fabrikam Group', country: 'SE', customerId: 'fabrikam', licensingId: 'L-1' },
      voucher: { voucherId: 'V-1', projectManager },
    });
  });
  test('and nothing is due otherwise', () => {
    const { state } = given(...path.reserved);
    expect(givenState(state).when(customerUpdated()).dueAfter).toStrictEqual(state.deadlines);
  });
  test.each(['awaitingVoucher', 'redeemed', 'paymentApproved'] as const)('also while %s', (stage) =>
    expect(
      given(...path[stage]).when(customerUpdated({ name: 'Fabrikam Group' }, { on: '2020-09-01' })).view?.customer.name,
    ).toBe('Fabrikam Group'),
  );
  test('but not what is written in a payment request', () => {
    const { state } = given(...path.paymentRequested);
    const { view } = givenState(state).when(customerUpdated({ projectManager }, { on: '2020-09-01' }));
    expect(view?.paymentRequest).toStrictEqual(viewOf(state).paymentRequest);
  });
  test('once; and back, and forth again in the same words', () => {
    const told = customerUpdated();
    const updated = given(...path.reserved, told);
    updated.when(again(told)).thenQuiet(told.message.messageId);
    const back = updated.when(customerUpdated({ name: 'Fabrikam AB' }));
    expect(givenState(back.after!).when(again(told)).view?.customer.name).toBe('Fabrikam Group');
  });
  test('to what it is already is quiet', () => {
    given(...path.reserved)
      .when(
        customerUpdated({ name: 'Fabrikam AB', projectManager: { name: 'Lars Ek', email: 'lars@fabrikam.example' } }),
      )
      .thenQuiet();
    given(...path.reserved, customerUpdated({ licensingId: 'L-1' }))
      .when(customerUpdated({ name: 'Fabrikam AB', licensingId: 'L-1' }))
      .thenQuiet();
    expect(
      given(...path.reserved).when(customerUpdated({ name: 'Fabrikam AB', licensingId: 'L-1' })).decision.kind,
    ).toBe('accepted');
    expect(
      given(...path.reserved).when(
        customerUpdated({ projectManager: { name: 'Lars Ek', email: 'l@fabrikam.example' } }),
      ).decision.kind,
    ).toBe('accepted');
  });
  test('its project manager comes with the voucher, not before', () =>
    given(started())
      .when(customerUpdated({ projectManager }, { on: '2020-07-02' }))
      .thenRefused({
        code: 'wrong-stage',
        detail: 'the project manager belongs to the voucher, and there is none yet',
        errors: [{ pointer: '/projectManager', message: 'comes with assignVoucher' }],
        awaiting: { message: 'assignVoucher', from: 'customer', until: '2020-08-15T00:00:00.000Z' },
      }));
  test('a new voucher brings its own project manager, who may change in the same words', () => {
    const told = customerUpdated({ projectManager });
    const withNew = given(...path.voucherAssigned, told, replaced());
    expect(withNew.state.voucher?.projectManager.name).toBe('Lars Ek');
    expect(withNew.when(again(told)).view?.voucher?.projectManager).toStrictEqual(projectManager);
  });
});

describe('the one 15-day engagement of a type per customer follows the customer (E10)', () => {
  const unnamed = { customer: { name: 'Fabrikam AB', country: 'SE' } };
  const fifteen = given(started(unnamed), assigned({ serviceLevelDays: 15 }), reserved());
  const toLicense = (heldElsewhere: Record<string, string> = {}) =>
    fifteen.when(customerUpdated({ licensingId: 'L-1' }, { on: '2020-07-14', facts: { heldElsewhere } }));

  test('under its new name', () => {
    expect(claimsOf(fifteen.state).map(claimId)).toContain('fifteenDay:name:fabrikam ab:SE:windowsOffice');
    expect(claimsOf(toLicense().after!).map(claimId)).toStrictEqual([
      'voucher:V-1',
      'fifteenDay:license:L-1:windowsOffice',
    ]);
  });
  test('unless that customer has one already', () =>
    toLicense({ 'fifteenDay:license:L-1:windowsOffice': 'E-2' }).thenRefused({
      code: 'second-fifteen-day-engagement',
      detail: 'Fabrikam AB has a 15-day windowsOffice engagement already',
      awaiting: { message: 'submitCompletionReport', from: 'consultant', until: '2020-12-30T00:00:00.000Z' },
    }));
});
