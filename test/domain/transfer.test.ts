import type { PartnerFacts } from '../../contracts/partner';
import { searchAttributesOf } from '../../domain/engagement/searchAttributes';
import { claimId } from '../../domain/claims';
import { claimsOf } from '../../domain/engagement/claims';
import { viewOf } from '../../domain/engagement/view';
import { given, givenState } from '../support/given';
import { contoso, contosoWith, fabrikamServices } from '../support/partner';
import {
  again,
  eligibilityChanged,
  operator,
  partnerAdmin,
  path,
  redeemed,
  reported,
  resolved,
  savb,
  status,
  submitted,
  tell,
  transferred,
  type Told,
} from '../support/story';

const back = transferred(
  { toPartnerId: 'contoso', reason: 'a mistake' },
  { on: '2020-07-15', facts: { newPartner: contoso } },
);
/** The new partner has no people and no places yet. */
const stranger = contosoWith({ partnerId: 'fabrikam-services', consultants: [], locations: [] });

describe('an engagement goes to another partner (E23)', () => {
  const moved = given(...path.reserved).when(transferred());

  test('with everything: only whose it is changes', () => {
    moved.thenRecorded({
      type: 'EngagementTransferred',
      data: { partnerId: 'fabrikam-services', previousPartnerId: 'contoso', reason: 'accounts merged' },
    });
    const { version: _version, updatedAt: _at, ...before } = viewOf(given(...path.reserved).state);
    expect(moved.view).toMatchObject({ ...before, partnerId: 'fabrikam-services' });
  });
  test('and is found under the new one', () =>
    expect(searchAttributesOf(moved.view!).find(({ key }) => key.name === 'PartnerId')?.value).toBe(
      'fabrikam-services',
    ));
  test('its voucher stays its own', () => expect(claimsOf(moved.after!).map(claimId)).toStrictEqual(['voucher:V-1']));
  test('its open tasks go with it', () => {
    const early = given(...path.reserved, reported({ startedOn: '2020-07-09' }));
    expect(early.when(transferred({}, { on: '2020-08-02' })).view?.tasks).toMatchObject([
      { kind: 'engagementStartedEarly', partnerId: 'fabrikam-services' },
    ]);
  });
  test.each([
    ['is free again', 'wrongTypeOrLevel', partnerAdmin, undefined],
    ['stays theirs where it is the operators’', 'emailNotForwarded', operator, operator.subject],
  ] as const)('what somebody had claimed %s', (_what, problem, actor, claimedBy) => {
    const claimed = given(
      ...path.awaitingVoucher,
      tell('reportVoucherProblem', { problem }, { on: '2020-07-03' }),
      tell('claimTask', { taskId: 'E-1:voucherProblem:1' }, { on: '2020-07-04', by: actor }),
    );
    expect(claimed.state.openTasks.map((task) => task.claimedBy)).toStrictEqual([actor.subject]);
    const { after } = claimed.when(transferred({}, { on: '2020-07-05' }));
    expect(after?.openTasks.map((task) => task.claimedBy)).toStrictEqual([claimedBy]);
    expect(JSON.stringify(after?.openTasks).includes('claimedBy')).toBe(claimedBy !== undefined);
  });
  test('once; and back, and forth again in the same words', () => {
    givenState(moved.after!).when(again(transferred())).thenQuiet(transferred().message.messageId);
    const returned = givenState(moved.after!).when(back);
    expect(returned.view?.partnerId).toBe('contoso');
    expect(givenState(returned.after!).when(again(transferred())).view?.partnerId).toBe('fabrikam-services');
  });
  test('not to itself: there is nothing to do', () =>
    given(...path.reserved)
      .when(transferred({ toPartnerId: 'contoso' }))
      .thenQuiet());
  test('not to a partner nobody knows', () =>
    given(...path.reserved)
      .when(transferred({ toPartnerId: 'nobody' }, { on: '2020-07-14', facts: { newPartner: undefined } }))
      .thenRefused({
        code: 'partner-unknown',
        detail: 'there is no partner nobody',
        errors: [{ pointer: '/toPartnerId', message: 'a known partner' }],
      }));
});

describe('the new partner’s own standing counts', () => {
  test('a person is told at once what it lacks', () => {
    const { openTasks, view } = given(...path.reserved).when(
      transferred({}, { on: '2020-07-14', facts: { newPartner: stranger } }),
    );
    expect(openTasks).toStrictEqual(['eligibilityLapsed']);
    expect(view?.tasks[0]).toMatchObject({ partnerId: 'fabrikam-services' });
    expect(view?.tasks[0]?.instructions).toMatch(/^Unmet: location \(.*consultants \(/);
  });
  test('with one task for all of it', () => {
    const lapsed = eligibilityChanged({}, { on: '2020-07-13', facts: { partner: contosoWith({ competencies: [] }) } });
    const open = given(...path.reserved, lapsed);
    const toStranger = transferred({}, { on: '2020-07-14', facts: { newPartner: stranger } });
    expect(open.when(toStranger).openTasks).toStrictEqual(['eligibilityLapsed']);
  });
  test('what the former one lacked is settled, and what was said of it forgotten', () => {
    const lapsed = eligibilityChanged({}, { on: '2020-07-13', facts: { partner: contosoWith({ competencies: [] }) } });
    const { openTasks, after } = given(...path.reserved, lapsed).when(transferred());
    expect(openTasks).toStrictEqual([]);
    expect(after).not.toHaveProperty('eligibility');
    expect(Object.values(after!.effects).map(({ message }) => message)).not.toContain('eligibilityChanged');
  });
  test('a risk taken for the former one is not taken for the new one', () => {
    const partner = contosoWith({ competencies: [] });
    const risked = given(
      ...path.completionReported,
      eligibilityChanged({}, { on: '2020-08-02', facts: { partner } }),
      resolved('E-1:eligibilityLapsed:1', 'proceedAtRisk', { on: '2020-08-02', facts: { partner } }),
    );
    expect(risked.state.atRisk).toStrictEqual(['competency']);
    const moved = risked.when(
      transferred({}, { on: '2020-08-02', facts: { newPartner: { ...fabrikamServices, competencies: [] } } }),
    );
    expect(moved.after?.atRisk).toStrictEqual([]);
    expect(moved.openTasks).toStrictEqual(['eligibilityLapsed']);
  });
  test('that work began early is true of the work, not of the partner', () => {
    const risked = given(
      ...path.reserved,
      reported({ startedOn: '2020-07-09' }),
      resolved('E-1:engagementStartedEarly:1', 'proceedAtRisk', { on: '2020-08-02' }),
    );
    expect(risked.when(transferred({}, { on: '2020-08-02' })).after?.atRisk).toStrictEqual(['engagementStartedEarly']);
  });
});

describe('after redemption an invoice goes out in its own partner’s name', () => {
  const refused = {
    code: 'invoice-under-way' as const,
    detail: 'E-1:invoice:1 of contoso is being submitted as invoice pending',
  };
  const later = { on: '2020-09-01' };

  test('so one that is made out holds the transfer', () =>
    given(...path.redeemed)
      .when(transferred({}, later))
      .thenRefused({
        ...refused,
        awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
      }));
  test('as does one of which nobody knows whether SAVB has it', () =>
    expect(
      given(...path.redeemed, savb({ status: 'unknown', why: 'w' })).when(transferred({}, later)).decision,
    ).toMatchObject({
      refusal: refused,
    }));
  test('before there is one it may go: the invoice will be the new partner’s', () => {
    const noRate = given(...path.completionReported, redeemed({}, { on: '2020-08-03', facts: { rate: undefined } }));
    const moved = noRate.when(transferred({}, { on: '2020-08-04', facts: { newPartner: stranger } }));
    moved.thenRecorded({
      type: 'EngagementTransferred',
      data: { partnerId: 'fabrikam-services', previousPartnerId: 'contoso', reason: 'accounts merged' },
    });
    expect(moved.view).toMatchObject({ partnerId: 'fabrikam-services', tasks: [{ kind: 'rateMissing' }] });
  });
  describe('where the registration with SAVB was missing', () => {
    const unregistered = { partner: contosoWith({ savbRegistrations: [] }) };
    const waiting = (facts: Partial<Told['facts']> = {}) =>
      given(...path.completionReported, redeemed({}, { on: '2020-08-03', facts: { ...unregistered, ...facts } }));
    const to = (newPartner: PartnerFacts, facts: Partial<Told['facts']> = {}) =>
      transferred({}, { on: '2020-08-04', facts: { ...unregistered, ...facts, newPartner } });
    const bare = { ...fabrikamServices, savbRegistrations: [] };

    test('a new partner that is registered lets the request go on', () => {
      const moved = waiting().when(to(fabrikamServices));
      expect(moved.events.map(({ type }) => type)).toStrictEqual([
        'EngagementTransferred',
        'TaskResolved',
        'PaymentRequestPrepared',
      ]);
      expect(moved.openTasks).toStrictEqual([]);
      expect(moved.after?.paymentRequest).toMatchObject({ status: 'prepared', reference: 'E-1:invoice:1' });
    });
    test('one that is not is asked to register', () => {
      const moved = waiting().when(to(bare));
      expect(moved.events.map(({ type }) => type)).toStrictEqual(['EngagementTransferred']);
      expect(moved.view?.tasks).toMatchObject([{ kind: 'savbRegistrationMissing', partnerId: 'fabrikam-services' }]);
    });
    test('a rate that is missing too is still waited for', () => {
      const noRate = { rate: undefined };
      expect(waiting(noRate).when(to(fabrikamServices, noRate)).openTasks).toStrictEqual(['rateMissing']);
    });
  });
  test.each(['paymentRequested', 'paymentApproved'] as const)(
    'in stage %s it may go: the invoice is history',
    (stage) =>
      expect(given(...path[stage]).when(transferred({}, later)).view).toMatchObject({
        stage,
        partnerId: 'fabrikam-services',
      }),
  );
  test('a risk that was taken stays with what was redeemed at it', () => {
    const partner = contosoWith({ competencies: [] });
    const risked = given(
      ...path.completionReported,
      eligibilityChanged({}, { on: '2020-08-02', facts: { partner } }),
      resolved('E-1:eligibilityLapsed:1', 'proceedAtRisk', { on: '2020-08-02', facts: { partner } }),
      redeemed({}, { on: '2020-08-03', facts: { partner } }),
      submitted(),
    );
    expect(risked.when(transferred({}, later)).view?.paymentAtRisk).toStrictEqual({ reasons: ['competency'] });
  });
  test('rejected it may go: a corrected one gets a number of the new partner', () =>
    expect(
      given(...path.paymentRequested, status({ status: 'rejected' })).when(transferred({}, later)).view?.partnerId,
    ).toBe('fabrikam-services'));
});
