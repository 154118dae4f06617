import { engagementType } from '../../domain/rulebook/rulebook';
import { given, givenState } from '../support/given';
import { edition2020, editionWith } from '../support/rulebook';
import { again, noted, path, redeemed, rulesAdopted, started, type Told } from '../support/story';

const earlier = { id: '2020-06', hash: 'h' };
const later = { id: '2021-04', hash: 'h2' };
/** Back to the first edition, or to any other rules under its name. */
const backTo = (rulebook = edition2020, reference = earlier, on = '2020-07-14'): Told =>
  rulesAdopted({ rulebook: reference.id, reason: 'taken back' }, { on, facts: { adopted: { rulebook, reference } } });

describe('an engagement adopts other rules', () => {
  const adopted = given(...path.voucherAssigned).when(rulesAdopted());

  test('and both are on record, with the reason', () => {
    adopted.thenRecorded({
      type: 'RulesAdopted',
      data: { rulebook: later, previousRulebook: earlier, reason: 'retirement notice' },
    });
    expect(adopted.view?.rulebook).toStrictEqual(later);
  });
  test('which do not move the last day of its voucher', () => {
    const shorter = editionWith({ voucherValidity: { days: 90, source: 's' } });
    const reference = { id: '2020-09', hash: 'h9' };
    const { view } = given(...path.voucherAssigned).when(backTo(shorter, reference));
    expect(view?.voucher?.expiresOn).toBe('2020-12-29');
  });
  test('by which everything is due from now on', () => {
    const soon = editionWith({ lastRedemption: { on: '2020-09-30', source: 's' } });
    const reference = { id: '2020-09', hash: 'h9' };
    const { view, dueAfter } = given(...path.voucherAssigned).when(backTo(soon, reference));
    expect(view?.voucher?.expiresOn).toBe('2020-12-29');
    expect(view?.awaiting?.until).toBe('2020-10-01T00:00:00.000Z');
    expect(dueAfter?.map(({ kind, at }) => `${kind} ${at.slice(0, 10)}`)).toStrictEqual([
      'expiryReminder 2020-08-31',
      'expiryReminder 2020-09-23',
      'expiryReminder 2020-09-29',
      'voucherExpiry 2020-10-01',
      'recordingGraceEnd 2020-10-08',
    ]);
  });
  test.each(['awaitingVoucher', 'reserved', 'completionReported'] as const)('also while %s', (stage) =>
    expect(given(...path[stage]).when(rulesAdopted({}, { on: '2020-08-02' })).view).toMatchObject({
      stage,
      rulebook: later,
    }),
  );
  test('once: the same again is quiet, and so is the edition it follows already', () => {
    const told = rulesAdopted();
    givenState(adopted.after!).when(again(told)).thenQuiet(told.message.messageId);
    givenState(adopted.after!)
      .when(rulesAdopted({ reason: 'to be sure' }))
      .thenQuiet();
  });
  test('and may go back, and forth again in the same words', () => {
    const back = givenState(adopted.after!).when(backTo());
    expect(back.view?.rulebook).toStrictEqual(earlier);
    expect(givenState(back.after!).when(again(rulesAdopted())).view?.rulebook).toStrictEqual(later);
  });
  test('not an edition that is not there: those that are there are named', () =>
    given(...path.voucherAssigned)
      .when(rulesAdopted({ rulebook: '1999-01' }, { on: '2020-07-12', facts: { adopted: undefined } }))
      .thenRefused({
        code: 'rulebook-unknown',
        detail: 'there is no edition 1999-01; there are 2020-06, 2021-04',
        errors: [{ pointer: '/rulebook', message: 'one of 2020-06, 2021-04' }],
      }));
  test('not one without its engagement type', () => {
    const without = editionWith({
      engagementTypes: edition2020.engagementTypes.filter(({ code }) => code !== 'windowsOffice'),
    });
    expect(engagementType(without, 'windowsOffice')).toBeUndefined();
    given(...path.voucherAssigned)
      .when(backTo(without, { id: '2020-09', hash: 'h9' }))
      .thenRefused({
        code: 'engagement-type-unknown',
        detail: 'edition 2020-09 has no windowsOffice',
        errors: [{ pointer: '/rulebook', message: 'an edition with windowsOffice' }],
      });
  });
  test('not after redemption', () =>
    expect(given(...path.redeemed).when(rulesAdopted({}, { on: '2020-08-04' })).decision).toMatchObject({
      refusal: { code: 'wrong-stage' },
    }));
  test('its own as it is now, where the edition changed on disk: nothing differs any more', () => {
    const differing = given(started()).when(noted({}, { on: '2020-07-02', facts: { rulebookDiffers: true } }));
    expect(differing.openTasks).toStrictEqual(['recordsDiffer']);
    const asItIs = givenState(differing.after!).when(
      rulesAdopted(
        { rulebook: '2020-06', reason: 'corrected edition' },
        {
          on: '2020-07-03',
          facts: {
            rulebookDiffers: true,
            adopted: { rulebook: edition2020, reference: { id: '2020-06', hash: 'new' } },
          },
        },
      ),
    );
    expect(asItIs.openTasks).toStrictEqual([]);
    expect(asItIs.view?.rulebook).toStrictEqual({ id: '2020-06', hash: 'new' });
  });
  test('and nobody has noticed yet, nobody has to', () =>
    expect(
      given(...path.voucherAssigned).when(rulesAdopted({}, { on: '2020-07-12', facts: { rulebookDiffers: true } }))
        .openTasks,
    ).toStrictEqual([]));
  test('and is redeemed by them', () => {
    const closing = editionWith({ lastRedemption: { on: '2020-08-02', source: 's' } });
    const reference = { id: '2020-09', hash: 'h9' };
    given(...path.completionReported, backTo(closing, reference, '2020-08-01'))
      .when(redeemed({}, { on: '2020-08-03', facts: { rulebook: closing } }))
      .thenRefused({
        code: 'redeemed-after-last-day',
        detail: 'the last day was 2020-08-02',
        errors: [{ pointer: '/redeemedOn', message: 'at most 2020-08-02' }],
      });
  });
});
