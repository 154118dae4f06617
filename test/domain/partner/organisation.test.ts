import { claimId } from '../../../domain/claims';
import { partnerClaimsOf } from '../../../domain/partner/claims';
import { partnerViewOf } from '../../../domain/partner/view';
import { givenPartner, nobody } from '../../support/partnerGiven';
import {
  active,
  bankMapped,
  competent,
  enrolled,
  located,
  partnerNoted,
  registered,
  registeredWithSavb,
  renewedMembership,
  sayAgain,
} from '../../support/partnerStory';

const elsewhere = (claim: string) => ({ facts: { heldElsewhere: { [claim]: 'northwind' } } });

describe('a partner', () => {
  test('is registered with its membership, in the offset of its days', () => {
    const outcome = nobody.when(registered());
    outcome.thenRecorded({
      type: 'PartnerRegistered',
      data: { name: 'Contoso Services', mpnId: '1234567', membershipRenewsOn: '2021-06-30', utcOffset: '+00:00' },
    });
    expect(partnerViewOf(outcome.after!)).toStrictEqual({
      partnerId: 'contoso',
      name: 'Contoso Services',
      mpnId: '1234567',
      membershipRenewsOn: '2021-06-30',
      competencies: [],
      consultants: [],
      locations: [],
      enrollments: [],
      savbRegistrations: [],
      bankAccounts: [],
      version: 1,
      nextDeadline: { kind: 'membershipReminder', at: '2021-04-01T00:00:00.000Z', about: ['membership'] },
      tasks: [],
      registeredAt: '2020-06-02T09:00:00.000Z',
      updatedAt: '2020-06-02T09:00:00.000Z',
    });
  });
  test('says nothing before it is registered, and nothing is recorded', () =>
    nobody.when(partnerNoted()).thenRefused({ code: 'partner-unknown', detail: 'there is no partner contoso' }));
  test('is registered once: the same words again are quiet', () =>
    givenPartner(registered()).when(sayAgain(registered())).thenQuiet(registered().message.messageId));
  test('keeps its name, its MPN id and its membership up to date', () => {
    const moved = renewedMembership({ name: 'Contoso Group', mpnId: '7654321', membershipRenewsOn: '2022-06-30' });
    const outcome = givenPartner(...active).when(moved);
    outcome.thenRecorded(
      { type: 'MembershipUpdated', data: moved.message.payload as never },
      {
        type: 'TaskOpened',
        data: { task: expect.objectContaining({ kind: 'enrollmentRenewalDue', about: '2021-06-30' }) as never },
      },
    );
    expect(outcome.after).toMatchObject(moved.message.payload);
    expect(outcome.after?.enrollments[0]?.enrolledUntil).toBe('2021-06-30');
  });
  test('has an MPN id of its own: a second partner with the same is refused', () => {
    const refusal = {
      code: 'mpn-id-used' as const,
      detail: 'MPN id 1234567 belongs to another partner',
      errors: [{ pointer: '/mpnId', message: 'an id no other partner has' }],
    };
    nobody.when(registered({}, { on: '2020-06-02', ...elsewhere('mpnId:1234567') })).thenRefused(refusal);
    givenPartner(...active)
      .when(renewedMembership({ name: 'Other' }, { on: '2020-07-01', ...elsewhere('mpnId:1234567') }))
      .thenRefused(refusal);
  });
  test('has no membership from before the programme', () =>
    nobody.when(registered({ membershipRenewsOn: '2010-01-31' })).thenRefused({
      code: 'before-programme',
      detail: 'the programme began on 2010-02-01',
      errors: [{ pointer: '/membershipRenewsOn', message: 'at least 2010-02-01' }],
    }));
});

test('a partner holds its MPN id and its locations', () => {
  const de = located({ locationId: 'contoso-de', country: 'DE' });
  expect(partnerClaimsOf(givenPartner(...active, de).state).map(claimId)).toStrictEqual([
    'mpnId:1234567',
    'location:contoso-se',
    'location:contoso-de',
  ]);
});

describe('a location', () => {
  const partner = givenPartner(registered(), located());

  test('is added once', () => partner.when(sayAgain(located())).thenQuiet(located().message.messageId));
  test('may take another name, and its old one again', () => {
    const renamed = partner.when(located({ name: 'Contoso Kista' }, { on: '2020-06-03' }));
    expect(renamed.after?.locations).toStrictEqual([
      { locationId: 'contoso-se', country: 'SE', name: 'Contoso Kista' },
    ]);
    expect(renamed.then.when(sayAgain(located())).after?.locations[0]?.name).toBe('Contoso Stockholm');
  });
  test('keeps its country', () =>
    partner.when(located({ country: 'DE' })).thenRefused({
      code: 'already-done-differently',
      detail: 'location contoso-se is in SE: a location keeps its country',
      errors: [{ pointer: '/country', message: 'must be SE' }],
    }));
  test('belongs to one partner', () =>
    partner
      .when(located({ locationId: 'northwind-de' }, { on: '2020-06-03', ...elsewhere('location:northwind-de') }))
      .thenRefused({
        code: 'location-used',
        detail: 'location northwind-de belongs to another partner',
        errors: [{ pointer: '/locationId', message: 'a location no other partner has' }],
      }));
});

describe('registering with SAVB', () => {
  const partner = givenPartner(...active);
  const done = partner.when(registeredWithSavb());

  test('is possible once a voucher of the offering is redeemed, and maps the bank account (E16)', () => {
    done.thenRecorded({
      type: 'SavbRegistered',
      data: {
        offering: 'DDPS',
        locationId: 'contoso-se',
        bankAccountReference: 'SE-1',
        registeredOn: '2020-09-01',
      },
    });
    expect(done.after?.savbRegistrations).toStrictEqual([
      { offering: 'DDPS', locationId: 'contoso-se', registeredOn: '2020-09-01' },
    ]);
    expect(done.after?.bankAccounts).toStrictEqual([{ locationId: 'contoso-se', bankAccountReference: 'SE-1' }]);
  });
  test('is not possible before', () =>
    partner
      .when(registeredWithSavb({}, { on: '2020-09-01', facts: { redeemedOfferings: ['SDPS'] } }))
      .thenRefused({ code: 'voucher-not-redeemed', detail: 'Contoso Services has redeemed no voucher of DDPS yet' }));
  test('happens once per offering', () => {
    done.then.when(sayAgain(registeredWithSavb())).thenQuiet(registeredWithSavb().message.messageId);
    done.then.when(registeredWithSavb({ bankAccountReference: 'SE-9' })).thenRefused({
      code: 'already-done-differently',
      detail: 'registered for DDPS since 2020-09-01; other bank accounts are mapped with mapBankAccount',
    });
  });
  test('is for each offering, in one location or several', () => {
    const more = done.then.when(
      registeredWithSavb(
        { offering: 'SDPS', bankAccountReference: 'SE-3' },
        { on: '2020-10-01', facts: { redeemedOfferings: ['DDPS', 'SDPS'] } },
      ),
    );
    expect(more.after?.savbRegistrations.map(({ offering }) => offering)).toStrictEqual(['DDPS', 'SDPS']);
    expect(more.after?.bankAccounts).toStrictEqual([{ locationId: 'contoso-se', bankAccountReference: 'SE-3' }]);
  });
  test('names one of the partner’s own locations', () =>
    partner.when(registeredWithSavb({ locationId: 'northwind-de' })).thenRefused({
      code: 'location-unknown',
      detail: 'Contoso Services has no location northwind-de',
      errors: [{ pointer: '/locationId', message: 'one of contoso-se' }],
    }));
  test('names an offering of the catalogue', () =>
    expect(partner.when(registeredWithSavb({ offering: 'AZDPS' })).refused).toMatchObject({
      code: 'offering-unknown',
      errors: [{ pointer: '/offering' }],
    }));
});

describe('a bank account', () => {
  const partner = givenPartner(...active, registeredWithSavb());

  test('is mapped to a location and replaces the one before (E19)', () => {
    const mapped = partner.when(bankMapped());
    mapped.thenRecorded({
      type: 'BankAccountMapped',
      data: { locationId: 'contoso-se', bankAccountReference: 'SE-2' },
    });
    expect(mapped.after?.bankAccounts).toStrictEqual([{ locationId: 'contoso-se', bankAccountReference: 'SE-2' }]);
    mapped.then.when(sayAgain(bankMapped())).thenQuiet(bankMapped().message.messageId);
  });
  test('that is mapped already is nothing new', () =>
    partner.when(bankMapped({ bankAccountReference: 'SE-1' })).thenQuiet());
  test('can be the one before again', () => {
    const back = partner
      .when(bankMapped())
      .then.when(bankMapped({ bankAccountReference: 'SE-1' }, { on: '2020-09-03' }));
    expect(back.then.when(sayAgain(bankMapped())).after?.bankAccounts[0]?.bankAccountReference).toBe('SE-2');
  });
  test('is of a location of the partner', () =>
    givenPartner(registered())
      .when(bankMapped())
      .thenRefused({
        code: 'location-unknown',
        detail: 'Contoso Services has no location contoso-se',
        errors: [{ pointer: '/locationId', message: 'one of none: add a location first' }],
      }));
});

test('a partner that merged accounts brings offerings and locations along, and still enrolls by its own competency', () =>
  expect(
    givenPartner(
      ...active,
      competent({ competency: 'datacenter' }),
      located({ locationId: 'merged-no', country: 'NO' }),
    ).when(enrolled({ offerings: ['PVDPS'] }, { on: '2020-08-01' })).decision.kind,
  ).toBe('accepted'));
