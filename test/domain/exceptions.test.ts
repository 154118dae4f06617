import { deadlineId } from '../../domain/deadlines';
import { pendingEffect } from '../../domain/settlement/effect';
import { given, givenState } from '../support/given';
import { contosoWith } from '../support/partner';
import { givenPartner } from '../support/partnerGiven';
import { enrolled, ready, registered } from '../support/partnerStory';
import { edition2021 } from '../support/rulebook';
import {
  again,
  approved,
  assigned,
  cancelled,
  eligibilityChanged,
  extended,
  licenseEnds,
  partnerAdmin,
  passed,
  path,
  problemReported,
  redeemed,
  replaced,
  reported,
  rescheduled,
  reservationCancelled,
  reserved,
  resolved,
  savb,
  started,
  status,
  support,
  tell,
  transferred,
  type Told,
} from '../support/story';

/** The story goes on until the first deadline of this kind, each one passing when it is due. */
function until(kind: string, ...story: readonly Told[]) {
  let { state } = given(...story);
  for (let due = state.deadlines[0]!; due.kind !== kind; due = state.deadlines[0]!)
    state = givenState(state).when(passed(due)).after!;
  return givenState(state);
}

/** The kinds of task somebody has open after the story. */
const open = (...story: readonly Told[]) => given(...story).state.openTasks.map(({ kind }) => kind);

const code = (refusal: string) => ({ kind: 'refused', refusal: { code: refusal } });
const noExam = contosoWith({ consultants: [{ consultantId: 'eva.lind', name: 'Eva Lind', assessments: [] }] });

describe('E1: the e-mail is not forwarded, or names the wrong administrator', () => {
  const stuck = given(started(), problemReported({ problem: 'emailNotForwarded' }, { on: '2020-07-02' }));

  test('a person asks for it; when it comes, the task is done', () => {
    expect(stuck.state.openTasks).toMatchObject([
      { kind: 'voucherProblem', about: 'emailNotForwarded', role: 'operator' },
    ]);
    expect(stuck.when(assigned()).openTasks).toStrictEqual([]);
  });
  test('a failed validation is input to be corrected, and tried again', () => {
    const wrong = given(...path.voucherAssigned).when(
      reserved({ voucherAdministratorEmail: 'other@fabrikam.example' }),
    );
    expect(wrong.decision).toMatchObject(code('voucher-mismatch'));
    expect(givenState(wrong.after!).when(reserved()).view?.stage).toBe('reserved');
  });
  test('where the voucher itself was recorded wrong it is corrected, and that ends the problem', () =>
    expect(
      given(...path.voucherAssigned, problemReported()).when(
        replaced({ voucherId: 'V-1', voucherAdministratorEmail: 'other@fabrikam.example', reason: 'corrected' }),
      ).openTasks,
    ).toStrictEqual([]));
  test('the task is due on the voucher’s last day, before which there are reminders', () => {
    const { after } = given(...path.voucherAssigned).when(problemReported());
    expect(after?.openTasks[0]?.dueAt).toBe('2020-12-30T00:00:00.000Z');
    expect(after?.deadlines.filter(({ kind }) => kind === 'expiryReminder')).toHaveLength(3);
  });
});

describe('E2: another partner has reserved the voucher', () => {
  const taken = [...path.voucherAssigned, problemReported({ problem: 'reservedByOtherPartner' })];

  test('a person asks the customer, nothing is tried again by itself', () =>
    expect(given(...taken).state).toMatchObject({
      stage: 'voucherAssigned',
      openTasks: [{ about: 'reservedByOtherPartner' }],
    }));
  test('the customer issues another voucher', () =>
    expect(given(...taken).when(replaced({ reason: 'reservedByOtherPartner' })).view).toMatchObject({
      voucher: { voucherId: 'V-2' },
      tasks: [],
    }));
  test('or that partner gives it up, and it is reserved', () => expect(open(...taken, reserved())).toStrictEqual([]));
  test('or the engagement is lost to it', () =>
    expect(given(...taken).when(cancelled({ reasonCode: 'lostToOtherPartner' })).events[0]).toMatchObject({
      type: 'EngagementCancelled',
      data: { reasonCode: 'lostToOtherPartner' },
    }));
});

describe('E3: the customer has not activated its benefit', () => {
  const waiting = [started(), problemReported({ problem: 'benefitNotActivated' }, { on: '2020-07-02' })];

  test('the engagement goes on waiting; a person sends the steps', () => {
    const { state } = given(...waiting);
    expect(state.stage).toBe('awaitingVoucher');
    expect(state.openTasks[0]?.instructions).toMatch(/activate .* VLSC/);
  });
  test('reminders on days 7 and 21, on day 45 a person decides', () => {
    const { state } = given(...waiting);
    expect(state.deadlines.map(({ kind, at }) => `${kind} ${at.slice(0, 10)}`)).toStrictEqual([
      'voucherReminder 2020-07-08',
      'voucherReminder 2020-07-22',
      'voucherMissing 2020-08-15',
    ]);
    const late = until('voucherMissing', ...waiting);
    expect(late.when(passed(late.state.deadlines[0]!)).openTasks).toStrictEqual(['voucherProblem', 'voucherMissing']);
  });
  test('or closes it', () =>
    expect(given(...waiting).when(cancelled({ reasonCode: 'benefitNotActivated' })).view).toMatchObject({
      stage: 'cancelled',
      tasks: [],
    }));
});

describe('E4: reserved under the wrong country', () => {
  const wrong = [...path.voucherAssigned, reserved({ locationId: 'contoso-de', deliveryCountry: 'DE' })];
  const right = reserved({ scheduledStart: '2020-08-10', scheduledEnd: '2020-08-14' }, { on: '2020-08-04' });

  test('not redeemed yet, the reservation is cancelled and made again', () =>
    expect(given(...wrong, reservationCancelled()).when(right).view).toMatchObject({
      stage: 'reserved',
      reservation: { locationId: 'contoso-se', deliveryCountry: 'SE', reservedOn: '2020-08-04' },
    }));
  test('if time remains', () =>
    expect(
      given(...wrong, reservationCancelled()).when(
        reserved({ scheduledStart: '2020-12-20', scheduledEnd: '2020-12-30' }, { on: '2020-12-19' }),
      ).decision,
    ).toMatchObject(code('schedule-past-expiry')));
  test('where work had begun, that is work before the reservation (E6)', () =>
    expect(open(...wrong, reservationCancelled(), right, reported({}, { on: '2020-08-15' }))).toStrictEqual([
      'engagementStartedEarly',
    ]));
  test('redeemed all the same, the payment is at risk', () => {
    const partner = contosoWith({ locations: [{ locationId: 'contoso-se', country: 'NO', name: 'Contoso Oslo' }] });
    const facts = { partner };
    const held = given(...path.completionReported).when(redeemed({}, { on: '2020-08-03', facts }));
    expect(held.openTasks).toStrictEqual(['eligibilityLapsed']);
    const going = resolved('E-1:eligibilityLapsed:1', 'proceedAtRisk', { on: '2020-08-04', facts });
    expect(
      givenState(givenState(held.after!).when(going).after!).when(redeemed({}, { on: '2020-08-05', facts })).view,
    ).toMatchObject({ stage: 'redeemed', paymentAtRisk: { reasons: ['location'] } });
  });
});

describe('E5: no location in the country of delivery', () => {
  const nowhere = given(...path.voucherAssigned).when(reserved({ deliveryCountry: 'NO' }));

  test('is refused, with what to do next', () =>
    expect(nowhere.decision).toMatchObject({
      refusal: {
        code: 'location-not-in-country',
        errors: [{ pointer: '/locationId', message: expect.stringMatching(/none, add one/) as string }],
      },
    }));
  test('while the clock keeps running', () =>
    expect(nowhere.after?.deadlines).toStrictEqual(given(...path.voucherAssigned).state.deadlines));
});

describe('E6: work began before the reservation', () => {
  const early = [...path.reserved, reported({ startedOn: '2020-07-09' })];
  const goingOn = resolved('E-1:engagementStartedEarly:1', 'proceedAtRisk', { on: '2020-08-02' });

  test('the report is accepted, a person is asked', () =>
    expect(given(...early).state).toMatchObject({
      stage: 'completionReported',
      openTasks: [{ kind: 'engagementStartedEarly' }],
    }));
  test('nothing is redeemed until somebody decides', () =>
    expect(given(...early).when(redeemed()).decision).toMatchObject(code('held-by-task')));
  test('going on puts the payment at risk, on record', () =>
    expect(given(...early, goingOn, redeemed()).state).toMatchObject({
      stage: 'redeemed',
      atRisk: ['engagementStartedEarly'],
    }));
  test('on the day of the reservation is not before it', () =>
    expect(open(...path.reserved, reported({ startedOn: '2020-07-10' }))).toStrictEqual([]));
});

describe('E7: competency or enrollment lapses in the middle', () => {
  const facts = { partner: contosoWith({ competencies: [] }) };
  const lapsed = [...path.completionReported, eligibilityChanged({}, { on: '2020-08-02', facts })];

  test('nothing is cancelled; a person restores it or decides to go on', () =>
    expect(given(...lapsed).state).toMatchObject({
      stage: 'completionReported',
      openTasks: [{ kind: 'eligibilityLapsed', resolutions: ['restored', 'proceedAtRisk'] }],
    }));
  test('the redemption waits for that', () =>
    expect(given(...lapsed).when(redeemed()).decision).toMatchObject(code('held-by-task')));
  test('restored, it goes on as before', () =>
    expect(given(...lapsed, eligibilityChanged({ met: true }, { on: '2020-08-02' }), redeemed()).state).toMatchObject({
      stage: 'redeemed',
      atRisk: [],
    }));
  test('the schedule is not changed without it', () =>
    expect(given(...path.reserved).when(rescheduled({}, { on: '2020-07-15', facts })).decision).toMatchObject(
      code('competency-missing'),
    ));
  test('unnoticed until the redemption, it is noticed there', () =>
    expect(given(...path.completionReported).when(redeemed({}, { on: '2020-08-03', facts }))).toMatchObject({
      decision: code('competency-missing'),
      openTasks: ['eligibilityLapsed'],
    }));
});

describe('E8: a consultant without the exam, or replaced', () => {
  const facts = { partner: noExam };

  test('reserves, reschedules and reports nothing', () => {
    const refused = code('consultant-not-qualified');
    expect(given(...path.voucherAssigned).when(reserved({}, { on: '2020-07-10', facts })).decision).toMatchObject(
      refused,
    );
    expect(given(...path.reserved).when(rescheduled({}, { on: '2020-07-15', facts })).decision).toMatchObject(refused);
    expect(given(...path.reserved).when(reported({}, { on: '2020-08-01', facts })).decision).toMatchObject(refused);
  });
  test('is replaced by a reschedule, and history keeps both', () => {
    const told = rescheduled({ consultantIds: ['nils.berg'] });
    const { view, events } = given(...path.reserved).when(told);
    expect(view?.reservation?.consultantIds).toStrictEqual(['nils.berg']);
    expect(events).toMatchObject([{ type: 'EngagementRescheduled', data: { consultantIds: ['nils.berg'] } }]);
  });
});

describe('E9: type or level of the voucher is not what was agreed', () => {
  const agreed = given(started({ serviceLevelDays: 10 }));

  test('it is not taken', () => {
    expect(agreed.when(assigned({ offering: 'SDPS', serviceLevelDays: 10 })).decision).toMatchObject(
      code('wrong-offering'),
    );
    expect(agreed.when(assigned({ serviceLevelDays: 5 })).decision).toMatchObject(code('service-level-differs'));
  });
  test('and never merged: there is no level of 7 days', () =>
    expect(given(started()).when(assigned({ serviceLevelDays: 7 })).decision).toMatchObject(
      code('service-level-unknown'),
    ));
  test('a person asks for another one', () => {
    const asked = agreed.when(problemReported({ problem: 'wrongTypeOrLevel' }, { on: '2020-07-03' }));
    expect(asked.view?.tasks).toMatchObject([{ about: 'wrongTypeOrLevel', role: 'partnerAdmin' }]);
    expect(
      givenState(asked.after!).when(assigned({ serviceLevelDays: 10 }, { on: '2020-07-04' })).openTasks,
    ).toStrictEqual([]);
  });
  test('reserved already, the reservation is cancelled first, and the voucher replaced', () =>
    expect(
      given(...path.reserved, reservationCancelled({}, { on: '2020-07-12', by: partnerAdmin })).when(
        replaced({ reason: 'wrongTypeOrLevel', serviceLevelDays: 10 }, { on: '2020-07-13' }),
      ).view?.voucher,
    ).toMatchObject({ voucherId: 'V-2', serviceLevelDays: 10 }));
});

describe('E10: a second engagement of 15 days of the type for the customer', () => {
  const fifteen = given(started(), assigned({ serviceLevelDays: 15 }));
  const telling = {
    on: '2020-07-10',
    facts: { heldElsewhere: { 'fifteenDay:customer:fabrikam:windowsOffice': 'E-2' } },
  };

  test('is refused', () =>
    expect(fifteen.when(reserved({}, telling)).decision).toMatchObject(code('second-fifteen-day-engagement')));
  test('unless an exemption is documented', () => {
    const exemption = { exemption: 'differentDivision' as const, exemptionNote: 'Fabrikam Norge AS, org. 123' };
    expect(fifteen.when(reserved(exemption, { on: '2020-07-10' })).view?.reservation).toMatchObject(exemption);
  });
});

describe('E11: the voucher runs out before it is redeemed', () => {
  const atEnd = until('voucherExpiry', ...path.completionReported);
  const asked = atEnd.when(passed(atEnd.state.deadlines[0]!));

  test('reminders 30, 7 and 1 days before', () =>
    expect(
      given(...path.completionReported).state.deadlines.flatMap(({ kind, at }) =>
        kind === 'expiryReminder' ? [at.slice(0, 10)] : [],
      ),
    ).toStrictEqual(['2020-11-29', '2020-12-22', '2020-12-28']));
  test('then a person says whether it was redeemed in time, for a week', () =>
    expect(asked.view).toMatchObject({
      stage: 'completionReported',
      tasks: [
        {
          kind: 'voucherExpired',
          dueAt: '2021-01-06T00:00:00.000Z',
          instructions: expect.stringMatching(/^Its last day was 2020-12-29\.\n/) as string,
        },
      ],
    }));
  test('then it is final: days return, work is not paid', () => {
    const over = givenState(asked.after!).when(passed(asked.after!.deadlines[0]!));
    expect(over.events[0]).toMatchObject({
      type: 'VoucherExpired',
      data: { expiredOn: '2020-12-29', planningDays: 'returned', unpaidDays: 5 },
    });
    expect(over.view?.stage).toBe('expired');
  });
});

describe('E12: the customer’s Software Assurance ends in the middle', () => {
  const ended = given(...path.reserved).when(licenseEnds());

  test('the engagement goes on, its voucher keeps its last day', () =>
    expect(ended.view).toMatchObject({
      stage: 'reserved',
      licenseEndsOn: '2020-09-30',
      voucher: { expiresOn: '2020-12-29' },
    }));
  test('it is noted that the days would be lost', () =>
    expect(ended.events[0]?.data).toStrictEqual({ endsOn: '2020-09-30', planningDays: 'lost' }));
});

describe('E13: the customer cancels or changes partner', () => {
  test('not redeemed yet: the engagement ends with its reason, the reservation is cancelled by a person', () => {
    const ended = given(...path.reserved).when(cancelled({ reasonCode: 'customerCancelled' }));
    expect(ended.events[0]?.data).toMatchObject({ reason: 'customer withdrew', reasonCode: 'customerCancelled' });
    expect(ended.openTasks).toStrictEqual(['cancelInPartnerCenter']);
  });
  test('redeemed: refused, a matter for people', () =>
    expect(given(...path.redeemed).when(cancelled({}, { on: '2020-08-04' })).decision).toMatchObject(
      code('cancel-after-redemption'),
    ));
});

describe('E14: a report without its upload', () => {
  const bare = given(...path.reserved).when(reported({}, { on: '2020-08-01', facts: { uploads: [] } }));

  test('is rejected, and the stage stays', () => {
    expect(bare.decision).toMatchObject(code('deliverable-missing'));
    expect(bare.view?.stage).toBe('reserved');
  });
  test('so nothing is redeemed', () =>
    expect(givenState(bare.after!).when(redeemed()).decision).toMatchObject(code('report-missing')));
});

test('E15: redeemed before the report is a hard no, which lists what is missing', () =>
  expect(given(started()).when(redeemed({}, { on: '2020-07-02' })).decision).toMatchObject({
    refusal: {
      code: 'report-missing',
      detail:
        'before redemption: a voucher is assigned, it is reserved, the completion report is submitted, with the deliverable uploaded',
    },
  }));

describe('E16: the first voucher, without a registration with SAVB', () => {
  const partner = contosoWith({ savbRegistrations: [] });
  const waiting = given(...path.completionReported, redeemed({}, { on: '2020-08-03', facts: { partner } }));

  test('the Global Admin registers, while the sixty days run', () =>
    expect(waiting.state).toMatchObject({
      stage: 'redeemed',
      openTasks: [{ kind: 'savbRegistrationMissing', role: 'globalAdmin', dueAt: '2020-10-03T00:00:00.000Z' }],
    }));
  test('once registered, the request goes on', () => {
    const { after, openTasks } = waiting.when(resolved('E-1:savbRegistrationMissing:1', 'registered'));
    expect(openTasks).toStrictEqual([]);
    expect(pendingEffect(after!)?.kind).toBe('submit');
  });
});

describe('E17: the sixty days are nearly or quite over', () => {
  const noRate = redeemed({}, { on: '2020-08-03', facts: { rate: undefined } });
  const closing = until('paymentWindowClosing', ...path.completionReported, noRate);
  const end = until('paymentWindowEnd', ...path.redeemed);
  const over = end.when(passed(end.state.deadlines[0]!));

  test('a person is told a week before', () =>
    expect(closing.when(passed(closing.state.deadlines[0]!)).openTasks).toContain('paymentWindowClosing'));
  test('afterwards a person decides', () =>
    expect(over.view?.tasks).toMatchObject([
      { kind: 'paymentWindowLapsed', resolutions: ['submitAnyway', 'recordSubmitted', 'giveUp'] },
    ]));
  test('and nothing is sent by itself', () => expect(pendingEffect(over.after!)).toBeUndefined());
});

describe('E18: SAVB wants the invoice', () => {
  const asked = [...path.paymentRequested, savb({ status: 'awaitingInvoice' })];

  test('a person sends it', () => expect(open(...asked)).toStrictEqual(['invoiceDocumentRequired']));
  test('and records how', () => {
    const sent = status({ status: 'awaitingInvoice', invoiceDocument: { kind: 'courier', reference: 'DHL 1' } });
    expect(given(...asked).when(sent).view).toMatchObject({
      tasks: [],
      paymentRequest: { invoiceDocument: { kind: 'courier', reference: 'DHL 1' } },
    });
  });
});

describe('E19: the payment is held for bank details', () => {
  const held = [...path.paymentRequested, savb({ status: 'held', message: 'no account' })];

  test('the Global Admin corrects them', () =>
    expect(given(...held).state.openTasks).toMatchObject([
      { kind: 'paymentHeld', role: 'globalAdmin', instructions: expect.stringMatching(/^no account\n/) as string },
    ]));
  test('it goes on with the next status', () =>
    expect(given(...held).when(approved({}, { on: '2020-08-16' })).view).toMatchObject({
      stage: 'paymentApproved',
      tasks: [],
    }));
});

describe('E20: the request is rejected', () => {
  const no = [...path.redeemed, savb({ status: 'rejected', code: 'amount', message: 'not the rate' })];

  test('the reason is kept, a person reads it', () =>
    expect(given(...no).state).toMatchObject({
      openTasks: [{ kind: 'paymentRejected' }],
      paymentRequest: { status: 'rejected', rejection: { code: 'amount', message: 'not the rate' } },
    }));
  test('submitted again by hand, it has another number', () =>
    expect(given(...no).when(status({ status: 'submitted', microsoftReferenceNumber: 'MS-2' })).view).toMatchObject({
      stage: 'paymentRequested',
      tasks: [],
      paymentRequest: { microsoftReferenceNumber: 'MS-2' },
    }));
  test('after the sixty days a person decides', () => {
    const end = until('paymentWindowEnd', ...no);
    expect(end.when(passed(end.state.deadlines[0]!)).openTasks).toContain('paymentWindowLapsed');
  });
});

describe('E21: the MPN membership ends within 90 days', () => {
  const ending = givenPartner(registered({ membershipRenewsOn: '2020-08-30' }), ...ready.slice(1));

  test('nobody enrolls; the Global Admin renews the membership first', () => {
    expect(ending.when(enrolled()).decision).toMatchObject(code('membership-ends-soon'));
    expect(ending.state.openTasks).toMatchObject([{ kind: 'membershipRenewalDue', role: 'globalAdmin' }]);
  });
  test('confirmed, the task is done and the enrollment goes on', () => {
    const renewed = ending.when(registered({ membershipRenewsOn: '2021-08-30' }, { on: '2020-06-12' }));
    expect(renewed.after?.openTasks).toStrictEqual([]);
    expect(renewed.then.when(enrolled({}, { on: '2020-06-13' })).after?.enrollments).toStrictEqual([
      { offering: 'DDPS', enrolledOn: '2020-06-13', enrolledUntil: '2021-08-30' },
    ]);
  });
});

describe('E22: the programme’s cut-offs', () => {
  const facts = { rulebook: edition2021 };
  const late = assigned({ assignedOn: '2021-06-30', expiresOn: '2022-03-31' }, { on: '2021-07-01', facts });
  const begun = started({}, { on: '2021-05-01' });

  test('vouchers are assigned through 2021-06-30', () =>
    expect(
      given(begun).when(assigned({ assignedOn: '2021-07-01' }, { on: '2021-07-02', facts })).decision,
    ).toMatchObject(code('outside-assign-window')));
  test('and redeemed through 2022-01-01, whatever they say', () =>
    expect(given(begun, late).state.deadlines.map(deadlineId)).toContain('voucherExpiry:2022-01-02T00:00:00.000Z'));
  test('the task after it says that it was the programme’s last day, not the voucher’s', () => {
    const { state } = given(begun, late);
    const expiry = state.deadlines.find(({ kind }) => kind === 'voucherExpiry')!;
    expect(given(begun, late).when(passed(expiry, { facts })).view?.tasks[0]?.instructions).toMatch(
      /^The programme’s last day to redeem was 2022-01-01 \(E22\), the voucher’s own would be 2022-03-31\.\n/,
    );
  });
});

describe('E23: partner accounts are merged', () => {
  test('the engagement goes over with voucher, stage and history', () =>
    expect(given(...path.reserved).when(transferred())).toMatchObject({
      events: [
        { type: 'EngagementTransferred', data: { previousPartnerId: 'contoso', partnerId: 'fabrikam-services' } },
      ],
      view: { partnerId: 'fabrikam-services', stage: 'reserved', voucher: { voucherId: 'V-1' } },
    }));
});

describe('E24: Microsoft extends vouchers of many', () => {
  const told = extended();

  test('the last day moves, and everything that depends on it', () => {
    const { view, dueAfter } = given(...path.voucherAssigned).when(told);
    expect(view?.voucher?.expiresOn).toBe('2021-03-29');
    expect(dueAfter?.map(deadlineId)).toContain('voucherExpiry:2021-03-30T00:00:00.000Z');
  });
  test('once, however often the extension is run', () =>
    given(...path.voucherAssigned, told)
      .when(again(told))
      .thenQuiet(told.message.messageId));
  test('never back', () =>
    expect(
      given(...path.voucherAssigned).when(
        tell('extendVoucher', { expiresOn: '2020-12-01', reason: 'r' }, { on: '2020-07-06' }),
      ).decision,
    ).toMatchObject(code('extension-not-later')));
});

describe('E25: somebody leaves, or has the wrong login', () => {
  const taskId = 'E-1:engagementStartedEarly:1';
  const claimed = [
    ...path.reserved,
    reported({ startedOn: '2020-07-09' }),
    tell('claimTask', { taskId }, { on: '2020-08-02', by: support }),
  ];

  test('tasks belong to roles: whoever has it may give back what another claimed', () => {
    const released = given(...claimed).when(tell('releaseTask', { taskId }, { on: '2020-08-10' }));
    expect(released.view?.tasks[0]).not.toHaveProperty('claimedBy');
  });
  test('and say which account is needed outside', () =>
    expect(given(...path.reserved, cancelled()).state.openTasks[0]?.accountKind).toBe('Partner Center (work account)'));
});
