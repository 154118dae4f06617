import { again, facts, noted, started, tell } from '../support/story';
import { given } from '../support/given';
import { editionWith, edition2020 } from '../support/rulebook';

test('starting needs only a known partner and a type that is offered', () =>
  given()
    .when(started({ serviceLevelDays: 5 }))
    .thenRecorded({
      type: 'EngagementStarted',
      data: {
        partnerId: 'contoso',
        engagementType: 'windowsOffice',
        serviceLevelDays: 5,
        customer: { name: 'Fabrikam AB', country: 'SE', customerId: 'fabrikam' },
        rulebook: { id: '2020-06', hash: 'h' },
        utcOffset: '+00:00',
      },
    }));

test('an engagement begins by waiting for the customer’s voucher', () =>
  expect(given().when(started()).view).toStrictEqual({
    engagementId: 'E-1',
    partnerId: 'contoso',
    engagementType: 'windowsOffice',
    customer: { name: 'Fabrikam AB', country: 'SE', customerId: 'fabrikam' },
    rulebook: { id: '2020-06', hash: 'h' },
    stage: 'awaitingVoucher',
    version: 1,
    awaiting: { message: 'assignVoucher', from: 'customer', until: '2020-08-15T00:00:00.000Z' },
    nextDeadline: { kind: 'voucherReminder', at: '2020-07-08T00:00:00.000Z' },
    tasks: [],
    startedAt: '2020-07-01T09:00:00.000Z',
    updatedAt: '2020-07-01T09:00:00.000Z',
  }));

test('a partner nobody knows cannot start; nothing is recorded, for there is no engagement', () =>
  given()
    .when(started({}, { on: '2020-07-01', facts: { partner: undefined } }))
    .thenRefused({
      code: 'partner-unknown',
      detail: 'there is no partner contoso',
      errors: [{ pointer: '/partnerId', message: 'a known partner' }],
    }));

test('the engagement type is one of the catalogue', () => {
  const codes = edition2020.engagementTypes.map(({ code }) => code).join(', ');
  given()
    .when(started({ engagementType: 'cloudMagic' }))
    .thenRefused({
      code: 'engagement-type-unknown',
      detail: 'edition 2020-06 has no cloudMagic',
      errors: [{ pointer: '/engagementType', message: `one of ${codes}` }],
    });
});

describe('a type with dates', () => {
  const [row, ...others] = edition2020.engagementTypes;
  const dated = { ...row!, validFrom: '2020-07-01', validThrough: '2020-07-31' };
  const rulebook = editionWith({ engagementTypes: [dated, ...others] });
  const startedOn = (on: string) => given().when(started({}, { on, facts: { rulebook } }));

  test.each(['2020-07-01', '2020-07-31'])('is offered on %s', (on) =>
    expect(startedOn(on).decision.kind).toBe('accepted'),
  );
  test.each(['2020-06-30', '2020-08-01'])('is not offered on %s', (on) =>
    startedOn(on).thenRefused({
      code: 'engagement-type-retired',
      detail: 'Windows and Office Deployment Planning is offered from 2020-07-01 until 2020-07-31',
      errors: [{ pointer: '/engagementType', message: 'a type in force' }],
    }),
  );
  test('the day is the programme’s, in its UTC offset', () =>
    expect(
      given().when(started({ utcOffset: '+02:00' }, { at: '2020-06-30T22:00:00.000Z', facts: { rulebook } })).decision
        .kind,
    ).toBe('accepted'));
});

test('an agreed service level is one that exists', () =>
  given()
    .when(started({ serviceLevelDays: 7 }))
    .thenRefused({
      code: 'service-level-unknown',
      detail: 'there is no level of 7 days',
      errors: [{ pointer: '/serviceLevelDays', message: 'one of 1, 3, 5, 10, 15' }],
    }));

test('starting again changes nothing, whatever is said', () => {
  given(started()).when(again(started())).thenQuiet();
  given(started())
    .when(started({ engagementType: 'sharePoint' }))
    .thenQuiet();
});

test('nothing can be said to an engagement that has not started, and nothing of it is recorded', () => {
  given().when(noted()).thenRefused({ code: 'wrong-stage', detail: 'the engagement has not started' });
  given()
    .when(tell('passDeadline', { kind: 'voucherMissing', at: '2020-08-15T00:00:00.000Z' }, { on: '2020-08-15', facts }))
    .thenRefused({ code: 'wrong-stage', detail: 'the engagement has not started' });
});
