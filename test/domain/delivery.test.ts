import type { Payloads } from '../../contracts/messages';
import type { Facts } from '../../domain/engagement/decision';
import { given } from '../support/given';
import { editionWith } from '../support/rulebook';
import {
  again,
  assigned,
  partnerAdmin,
  path,
  payloads,
  plan,
  redeemed,
  reported,
  reserved,
  resolved,
  started,
} from '../support/story';

const { deliverables, ...told } = payloads.submitCompletionReport;
const report = { ...told, deliverables: [{ ...deliverables[0]!, sha256: plan.sha256, size: plan.size }] };
const early = 'E-1:engagementStartedEarly:1';

const submit = (payload: Partial<Payloads['submitCompletionReport']> = {}, facts: Partial<Facts> = {}) =>
  given(...path.reserved).when(reported(payload, { on: '2020-08-01', facts }));

describe('the completion report', () => {
  test('is recorded with digest and size of what was uploaded', () =>
    submit({ outcomes: 'agreed with the customer', offSiteDays: 3 }).thenRecorded({
      type: 'CompletionReportSubmitted',
      data: { report: { ...report, outcomes: 'agreed with the customer', offSiteDays: 3 } },
    }));
  test('lets the voucher be redeemed', () => {
    const { view } = submit();
    expect(view?.stage).toBe('completionReported');
    expect(view?.completionReport).toStrictEqual(report);
    expect(view?.awaiting).toStrictEqual({
      message: 'redeemVoucher',
      from: 'partnerAdmin',
      until: '2020-12-30T00:00:00.000Z',
    });
  });
  test('may all be of one day, today', () =>
    expect(
      submit({ startedOn: '2020-08-01', completedOn: '2020-08-01', deliveredToCustomerOn: '2020-08-01' }).decision.kind,
    ).toBe('accepted'));
  test('may span more days in the calendar than were delivered', () =>
    expect(submit({ startedOn: '2020-07-13', daysDelivered: 0.5 }).decision.kind).toBe('accepted'));
});

describe('the days of a report follow one another', () => {
  test('the work ends after it began', () =>
    submit({ completedOn: '2020-07-19' }).thenRefused({
      code: 'dates-out-of-order',
      detail: 'the work ended before it began',
      errors: [{ pointer: '/completedOn', message: 'at least 2020-07-20' }],
    }));
  test('the plan is delivered when the work is done', () =>
    submit({ deliveredToCustomerOn: '2020-07-29' }).thenRefused({
      code: 'dates-out-of-order',
      detail: 'the plan was delivered before the work was done',
      errors: [{ pointer: '/deliveredToCustomerOn', message: 'at least 2020-07-30' }],
    }));
  test('it is reported when the plan is delivered', () =>
    submit({ deliveredToCustomerOn: '2020-08-02' }).thenRefused({
      code: 'dates-out-of-order',
      detail: '2020-08-02 is in the future',
      errors: [{ pointer: '/deliveredToCustomerOn', message: 'at most 2020-08-01' }],
    }));
});

describe('the length of the work', () => {
  test('is at most the voucher’s', () =>
    submit({ daysDelivered: 5.5 }).thenRefused({
      code: 'too-many-days',
      detail: 'the voucher covers 5 days',
      errors: [{ pointer: '/daysDelivered', message: 'at most 5' }],
    }));
  test('is on site but for three days', () =>
    submit({ offSiteDays: 4 }).thenRefused({
      code: 'too-many-off-site-days',
      detail: '4 days off site',
      errors: [{ pointer: '/offSiteDays', message: 'at most 3' }],
    }));
  test('is not more off site than at all', () =>
    submit({ daysDelivered: 1, offSiteDays: 2 }).thenRefused({
      code: 'too-many-off-site-days',
      detail: '2 days off site',
      errors: [{ pointer: '/offSiteDays', message: 'at most 1' }],
    }));
  describe('may be at a distance through June 2020', () => {
    const inJune = [
      started({}, { on: '2020-06-01' }),
      assigned({ assignedOn: '2020-06-01', serviceLevelDays: 10 }, { on: '2020-06-01' }),
      reserved({ reservedOn: '2020-06-12', scheduledStart: '2020-06-12' }, { on: '2020-06-12' }),
    ];
    const atDistance = (startedOn: string, completedOn: string, offSiteDays: number) =>
      given(...inJune).when(reported({ startedOn, completedOn, daysDelivered: 10, offSiteDays })).decision;

    test('all of it', () => expect(atDistance('2020-06-29', '2020-06-30', 10).kind).toBe('accepted'));
    test('of work that went on, its days in June and three more', () => {
      expect(atDistance('2020-06-29', '2020-07-10', 5).kind).toBe('accepted');
      expect(atDistance('2020-06-29', '2020-07-10', 6)).toMatchObject({
        refusal: { code: 'too-many-off-site-days', errors: [{ pointer: '/offSiteDays', message: 'at most 5' }] },
      });
    });
    test('not what began afterwards', () => {
      expect(atDistance('2020-07-01', '2020-07-10', 3).kind).toBe('accepted');
      expect(atDistance('2020-07-01', '2020-07-10', 4).kind).toBe('refused');
    });
    test('in an edition that names no such day: three days', () => {
      const rulebook = editionWith({ offSite: { maxDays: 3, source: 'PS-POL' } });
      const told = (offSiteDays: number) =>
        reported(
          { startedOn: '2020-06-15', completedOn: '2020-06-20', offSiteDays },
          { on: '2020-08-01', facts: { rulebook } },
        );
      expect(given(...inJune).when(told(3)).decision.kind).toBe('accepted');
      expect(given(...inJune).when(told(4)).decision.kind).toBe('refused');
    });
  });
});

describe('whoever did the work', () => {
  test('need not be who was reserved, but qualified', () => {
    expect(submit({ consultantIds: ['nils.berg'] }).decision.kind).toBe('accepted');
    submit({ consultantIds: ['nils.berg', 'ola.ny'] }).thenRefused({
      code: 'consultant-not-qualified',
      detail: 'ola.ny holds no assessment or exam for windowsAndDevices',
      errors: [{ pointer: '/consultantIds', message: 'ola.ny holds no assessment or exam for windowsAndDevices' }],
    });
  });
  test('is known to the partner', () =>
    submit({ consultantIds: ['nobody'] }).thenRefused({
      code: 'consultant-unknown',
      detail: 'Contoso Services has no consultant nobody',
      errors: [{ pointer: '/consultantIds', message: 'Contoso Services has no consultant nobody' }],
    }));
  test('belongs to a partner that is known', () =>
    submit({}, { partner: undefined }).thenRefused({
      code: 'partner-unknown',
      detail: 'there is no partner contoso',
    }));
});

describe('the customer’s plan', () => {
  test('is uploaded before it is reported (E14)', () =>
    submit({}, { uploads: [] }).thenRefused({
      code: 'deliverable-missing',
      detail: 'not uploaded: plan.docx',
      errors: [{ pointer: '/deliverables', message: 'upload each file before reporting it' }],
    }));
  test('is among the deliverables', () => {
    const refusal = {
      code: 'deliverable-missing' as const,
      detail: 'no deliverable of kind customerPlan is reported',
      errors: [{ pointer: '/deliverables', message: 'at least one of kind customerPlan' }],
    };
    submit({ deliverables: [{ name: 'plan.docx', kind: 'slides' }] }).thenRefused(refusal);
    submit({ deliverables: [] }).thenRefused(refusal);
  });
  test('does not excuse another file that is not uploaded', () =>
    submit({ deliverables: [...deliverables, { name: 'slides.pptx', kind: 'slides' }] }).thenRefused({
      code: 'deliverable-missing',
      detail: 'not uploaded: slides.pptx',
      errors: [{ pointer: '/deliverables', message: 'upload each file before reporting it' }],
    }));
});

describe('a report said again', () => {
  test('is quiet', () =>
    given(...path.completionReported)
      .when(again(reported()))
      .thenQuiet('submitCompletionReport@2020-08-01T09:00:00.000Z'));
  test('with other content is a conflict unless it says that it corrects, whatever its content', () =>
    given(...path.completionReported)
      .when(reported({ daysDelivered: 99 }))
      .thenRefused({
        code: 'already-done-differently',
        detail: 'a report stands already; say corrects to correct it',
        errors: [{ pointer: '/corrects', message: 'true' }],
        awaiting: { message: 'redeemVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
      }));
  test('as a correction replaces the one that stands; both are in the record', () => {
    const corrected = given(...path.completionReported).when(reported({ daysDelivered: 4, corrects: true }));
    corrected.thenRecorded({
      type: 'CompletionReportSubmitted',
      data: { report: { ...report, daysDelivered: 4 }, corrects: true },
    });
    expect(corrected.view?.completionReport?.daysDelivered).toBe(4);
  });
  test('as a correction follows the rules of a report', () =>
    given(...path.completionReported)
      .when(reported({ daysDelivered: 6, corrects: true }))
      .thenRefused({
        code: 'too-many-days',
        detail: 'the voucher covers 5 days',
        errors: [{ pointer: '/daysDelivered', message: 'at most 5' }],
      }));
  test('after the redemption is too late', () =>
    given(...path.redeemed)
      .when(reported({ daysDelivered: 4, corrects: true }, { on: '2020-08-04' }))
      .thenRefused({
        code: 'already-done-differently',
        detail: 'submitCompletionReport took effect before, with other content; the engagement is redeemed',
        awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
      }));
});

test('before the reservation there is nothing to report', () =>
  given(...path.voucherAssigned)
    .when(reported())
    .thenRefused({
      code: 'wrong-stage',
      detail: 'submitCompletionReport belongs to reserved or completionReported; the engagement is voucherAssigned',
      awaiting: { message: 'reserveVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
    }));

describe('work that began before the reservation (E6)', () => {
  const startedEarly = reported({ startedOn: '2020-07-09' });

  test('is accepted, and a person has to decide', () =>
    given(...path.reserved)
      .when(startedEarly)
      .thenRecorded(
        { type: 'CompletionReportSubmitted', data: { report: { ...report, startedOn: '2020-07-09' } } },
        {
          type: 'TaskOpened',
          data: {
            task: {
              taskId: early,
              kind: 'engagementStartedEarly',
              status: 'open',
              engagementId: 'E-1',
              partnerId: 'contoso',
              role: 'operator',
              title: 'Work began before the reservation',
              instructions:
                'Work began on 2020-07-09, the voucher was reserved on 2020-07-10.\nMicrosoft may deny the payment (E6). Correct the report if the day is wrong, or resolve as proceedAtRisk.',
              resolutions: ['proceedAtRisk'],
              openedAt: '2020-08-01T09:00:00.000Z',
            },
          },
        },
      ));
  test('on the very day of the reservation is in order', () =>
    expect(given(...path.reserved).when(reported({ startedOn: '2020-07-10' })).openTasks).toStrictEqual([]));
  test('holds the redemption until then, and says what it waits for', () =>
    given(...path.reserved, startedEarly)
      .when(redeemed())
      .thenRefused({
        code: 'held-by-task',
        detail: `task ${early} (Work began before the reservation) is open`,
        awaiting: { message: `resolveTask ${early}`, from: 'operator', until: '2020-12-30T00:00:00.000Z' },
      }));
  test('once somebody takes the risk, the payment is at risk and the redemption goes on', () => {
    const atRisk = given(...path.reserved, startedEarly, resolved(early, 'proceedAtRisk', { on: '2020-08-02' }));
    const { view, openTasks } = atRisk.when(redeemed());
    expect(view?.stage).toBe('redeemed');
    expect(view?.paymentAtRisk).toStrictEqual({ reasons: ['engagementStartedEarly'] });
    expect(openTasks).toStrictEqual([]);
  });
  test('corrected to a later day it needs no decision any more', () => {
    const corrected = given(...path.reserved, startedEarly).when(reported({ corrects: true }, { by: partnerAdmin }));
    corrected.thenRecorded(
      { type: 'CompletionReportSubmitted', data: { report, corrects: true } },
      {
        type: 'TaskResolved',
        data: { taskId: early, kind: 'engagementStartedEarly', resolution: 'noLongerNeeded' },
      },
    );
  });
  test('corrected after the risk was taken, the payment is no longer at risk', () => {
    const atRisk = given(...path.reserved, startedEarly, resolved(early, 'proceedAtRisk', { on: '2020-08-02' }));
    expect(atRisk.when(reported({ corrects: true })).view?.paymentAtRisk).toBeUndefined();
    const stillEarly = atRisk.when(reported({ startedOn: '2020-07-08', corrects: true }));
    expect(stillEarly.view?.paymentAtRisk).toStrictEqual({ reasons: ['engagementStartedEarly'] });
    expect(stillEarly.openTasks).toStrictEqual([]);
  });
  test('corrected to another early day, the one task stays', () =>
    expect(
      given(...path.reserved, startedEarly).when(reported({ startedOn: '2020-07-08', corrects: true })).openTasks,
    ).toStrictEqual(['engagementStartedEarly']));
});
