import type { EngagementView } from '../../contracts/engagement';
import { cardOf } from '../../domain/engagement/card';
import { searchAttributesOf } from '../../domain/engagement/searchAttributes';
import { viewOf } from '../../domain/engagement/view';
import { given, givenState } from '../support/given';
import {
  type Told,
  cancelled,
  eligibilityChanged,
  licenseEnds,
  operator,
  path,
  redeemed,
  reported,
  resolved,
  savb,
  tell,
} from '../support/story';

const early = 'E-1:engagementStartedEarly:1';

describe('the view', () => {
  test('shows the whole engagement and nothing of the inside', () =>
    expect(viewOf(given(...path.paymentRequested).state)).toStrictEqual({
      engagementId: 'E-1',
      partnerId: 'contoso',
      engagementType: 'windowsOffice',
      customer: { name: 'Fabrikam AB', country: 'SE', customerId: 'fabrikam' },
      rulebook: { id: '2020-06', hash: 'h' },
      stage: 'paymentRequested',
      version: 7,
      voucher: {
        voucherId: 'V-1',
        voucherAdministratorEmail: 'admin@fabrikam.example',
        projectManager: { name: 'Lars Ek', email: 'lars@fabrikam.example' },
        offering: 'DDPS',
        serviceLevelDays: 5,
        assignedOn: '2020-07-02',
        expiresOn: '2020-12-29',
      },
      reservation: {
        locationId: 'contoso-se',
        deliveryCountry: 'SE',
        reservedOn: '2020-07-10',
        scheduledStart: '2020-07-20',
        scheduledEnd: '2020-07-31',
        consultantIds: ['eva.lind'],
      },
      completionReport: {
        startedOn: '2020-07-20',
        completedOn: '2020-07-30',
        deliveredToCustomerOn: '2020-07-31',
        daysDelivered: 5,
        consultantIds: ['eva.lind'],
        deliverables: [{ name: 'plan.docx', kind: 'customerPlan', sha256: 'a'.repeat(64), size: 1000 }],
        summary: 'Deployment plan in three waves',
      },
      redemption: { redeemedOn: '2020-08-03', paymentRequestDueOn: '2020-10-02' },
      paymentRequest: {
        reference: 'E-1:invoice:1',
        status: 'submitted',
        gateway: 'http',
        offering: 'DDPS',
        country: 'SE',
        locationId: 'contoso-se',
        vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-03' }],
        amount: { minor: 8_250_000, currency: 'SEK' },
        invoice: { number: 'pending', date: '2020-08-03' },
        microsoftReferenceNumber: 'MS-1',
        submittedAt: '2020-08-04T09:00:00.000Z',
      },
      awaiting: { message: 'recordPaymentStatus', from: 'Microsoft' },
      tasks: [],
      startedAt: '2020-07-01T09:00:00.000Z',
      updatedAt: '2020-08-04T09:00:00.000Z',
    }));
  test('shows open tasks alone', () => {
    const { state } = given(...path.reserved, reported({ startedOn: '2020-07-09' }));
    expect(viewOf(state).tasks).toStrictEqual(state.openTasks);
    expect(givenState(state).when(resolved(early)).view?.tasks).toStrictEqual([]);
  });
});

describe('the search attributes', () => {
  const shown = (view: EngagementView) =>
    Object.fromEntries(searchAttributesOf(view).map(({ key, value }) => [`${key.name}: ${key.type}`, value]));

  test('are what support filters by, and nothing personal', () =>
    expect(shown(viewOf(given(...path.reserved, reported({ startedOn: '2020-07-09' })).state))).toStrictEqual({
      'EngagementStage: KEYWORD': 'completionReported',
      'PartnerId: KEYWORD': 'contoso',
      'EngagementType: KEYWORD': 'windowsOffice',
      'CustomerCountry: KEYWORD': 'SE',
      'VoucherId: KEYWORD': 'V-1',
      'NextDeadline: DATETIME': new Date('2020-11-29T00:00:00.000Z'),
      'OpenTasks: KEYWORD_LIST': ['engagementStartedEarly'],
      'AwaitedUntil: DATETIME': new Date('2020-12-30T00:00:00.000Z'),
      'RedeemedOn: KEYWORD': null,
    }));
  test('of what is not there are cleared', () =>
    expect(shown(viewOf(given(...path.awaitingVoucher, cancelled()).state))).toStrictEqual({
      'EngagementStage: KEYWORD': 'cancelled',
      'PartnerId: KEYWORD': 'contoso',
      'EngagementType: KEYWORD': 'windowsOffice',
      'CustomerCountry: KEYWORD': 'SE',
      'VoucherId: KEYWORD': null,
      'NextDeadline: DATETIME': null,
      'OpenTasks: KEYWORD_LIST': null,
      'AwaitedUntil: DATETIME': null,
      'RedeemedOn: KEYWORD': null,
    }));
});

describe('the card in the Temporal UI', () => {
  const outcomeOf = (...story: Told[]) => {
    const last = story.at(-1)!;
    const { after, events } = given(...story.slice(0, -1)).when(last);
    return cardOf(viewOf(after!), events);
  };

  test('says what is awaited, from whom and until when', () =>
    expect(outcomeOf(...path.reserved)).toBe(
      [
        '### Reserved',
        '',
        'Voucher V-1 was reserved on 2020-07-10; the work is planned in SE from 2020-07-20 to 2020-07-31.',
        '',
        '**It waits for a consultant to deliver the work and report it, until 2020-12-30 00:00 UTC.** People are reminded; at 2020-12-30 00:00 UTC the voucher has run out. A redemption made in time can be recorded for some days more; then it ends as expired, and nothing is paid.',
        '',
        '- the customer’s plan is stored; the report names it: `engagements upload E-1 FILE`',
        '- the work is reported: `engagements send submitCompletionReport E-1 --set startedOn=DAY --set completedOn=DAY --set deliveredToCustomerOn=DAY --set daysDelivered=DAYS --set consultantIds=ID --set deliverables.0.name=NAME --set deliverables.0.kind=customerPlan --set summary=TEXT`',
        '- **Next deadline:** 2020-08-01 00:00 UTC (Planned end)',
        '',
        '**Last events**',
        '',
        '- 2020-07-10 09:00 UTC · Voucher reserved',
      ].join('\n'),
    ));
  test('says which tasks are open and the command that resolves each', () => {
    const card = outcomeOf(...path.reserved, reported({ startedOn: '2020-07-09' }));
    expect(card).toContain('**It waits for an operator to resolve a task: Work began before the reservation, until');
    expect(card).toContain(
      [
        '**Open task: Work began before the reservation** (for an operator)',
        '',
        'Work began on 2020-07-09, the voucher was reserved on 2020-07-10.',
        '',
        'Microsoft may deny the payment (E6). Correct the report if the day is wrong, or resolve as proceedAtRisk.',
        '',
        '_The redemption is held: Microsoft may not pay for work that began before the reservation._',
        '',
        '- the day in the report was wrong: ',
      ].join('\n'),
    );
    expect(card).toContain(
      `\n- the voucher may be redeemed; the payment is at risk: \`engagements resolve ${early} proceedAtRisk\`\n\n`,
    );
  });
  test('of a task that a message resolves names the message, and says when it is due', () => {
    const card = outcomeOf(...path.redeemed, savb({ status: 'byHand', sheet: 's' }));
    expect(card).toContain('**Open task: Submit the payment request by hand** (for an operator, in SAVB');
    expect(card).toContain('\n- what to type, in the order of the form: `engagements sheet E-1`');
    expect(card).toContain('`engagements send recordPaymentStatus E-1 --set status=submitted');
    const due = given(...path.completionReported).when(redeemed({}, { on: '2020-08-03', facts: { rate: undefined } }));
    expect(cardOf(due.view!, due.events)).toContain(
      '**Open task: No rate for this delivery** (for an operator, due 2020-10-03 00:00 UTC)',
    );
  });
  test('says when the payment is at risk', () =>
    expect(outcomeOf(...path.reserved, reported({ startedOn: '2020-07-09' }), resolved(early))).toContain(
      '- **At risk:** Microsoft may deny the payment (engagement started early); somebody decided to go on.',
    ));
  test('says what the partner lacks, and when the customer’s licence enrollment ends', () => {
    const card = outcomeOf(
      ...path.voucherAssigned,
      eligibilityChanged({ requirement: 'agreement', met: true }, { on: '2020-07-04' }),
      eligibilityChanged({ requirement: 'complianceTraining' }, { on: '2020-07-04' }),
      licenseEnds({}, { on: '2020-07-05' }),
    );
    expect(card).toContain('- **At risk:** The partner lacks compliance training: ');
    expect(card).toContain('- **At risk:** The customer’s licence enrollment ends on 2020-09-30: ');
  });
  test('says when the business is over', () =>
    expect(outcomeOf(...path.paid)).toContain(
      '**It waits for nothing: its business is over.** Nothing is left to do.',
    ));
  test('shows why something was refused', () => {
    const { after, events } = given(...path.awaitingVoucher).when(
      tell('redeemVoucher', { confirmed: true }, { on: '2020-07-02', by: operator }),
    );
    expect(cardOf(viewOf(after!), events)).toContain(
      '- 2020-07-02 09:00 UTC · Message refused: redeemVoucher, before redemption: a voucher is assigned',
    );
  });
  test('shows the last five events', () => {
    const { state } = given(...path.reserved);
    const events = Array.from({ length: 7 }, (_, index) => ({
      type: 'NoteAdded' as const,
      data: { text: 't' },
      engagementId: 'E-1',
      version: index + 1,
      at: `2020-07-0${index + 1}T00:00:00.000Z`,
      messageId: 'm',
      actor: operator,
    }));
    const shown = cardOf(viewOf(state), events)
      .split('\n')
      .filter((line) => line.endsWith('Note added'));
    expect(shown).toStrictEqual(['03', '04', '05', '06', '07'].map((day) => `- 2020-07-${day} 00:00 UTC · Note added`));
  });
});
