import { PARTNER_EVENT_TYPES } from '../../../contracts/names';
import { announces, registrationsIn } from '../../../domain/partner/announcements';
import { partnerCardOf } from '../../../domain/partner/card';
import { checklistOf } from '../../../domain/partner/checklist';
import type { PartnerEvent } from '../../../domain/partner/events';
import type { Partner } from '../../../domain/partner/state';
import { partnerViewOf } from '../../../domain/partner/view';
import { edition2020 } from '../../support/rulebook';
import { givenPartner } from '../../support/partnerGiven';
import {
  active,
  bankMapped,
  enrolled,
  registered,
  registeredWithSavb,
  renewedMembership,
} from '../../support/partnerStory';

const cardOf = (state: Partner, today: string, events: readonly PartnerEvent[] = []) =>
  partnerCardOf(partnerViewOf(state), checklistOf(state, edition2020, today).slice(0, 2), events);

describe('the card of a partner', () => {
  test('shows its standing, what is due and the check marks', () => {
    const outcome = givenPartner(...active).when(enrolled({ offerings: ['SDPS'] }, { on: '2020-06-11' }));
    expect(cardOf(outcome.after!, '2020-06-11', outcome.events)).toBe(
      [
        '### Contoso Services',
        '',
        '- **MPN:** 1234567, membership until 2021-06-30',
        '- **Enrollments:** DDPS until 2021-06-30',
        '- **Next deadline:** 2021-04-01 00:00 UTC (Enrollment reminder: DDPS)',
        '',
        '**DDPS · Windows office** – active',
        '',
        '- ✅ Compliance training',
        '- ✅ Competency, until 2022-12-31',
        '- ✅ Membership, until 2021-06-30',
        '- ✅ Agreement',
        '- ✅ Enrollment, until 2021-06-30',
        '- ✅ Location',
        '- ✅ Consultants, until 2022-12-31',
        '',
        '**DDPS · Mobile productivity** – active',
        '',
        '- ✅ Compliance training',
        '- ✅ Competency, until 2022-12-31',
        '- ✅ Membership, until 2021-06-30',
        '- ✅ Agreement',
        '- ✅ Enrollment, until 2021-06-30',
        '- ✅ Location',
        '- ✅ Consultants, until 2022-12-31',
        '',
        '**Last events**',
        '',
        `- 2020-06-11 09:00 UTC · Message refused: enrollInOfferings, ${outcome.refused?.detail}`,
      ].join('\n'),
    );
  });

  test('of a new partner shows what to do', () => {
    const card = cardOf(givenPartner(registered()).state, '2020-06-02');
    expect(card).toContain('- **Enrollments:** none yet');
    expect(card).toContain('**DDPS · Windows office** – not started');
    expect(card).toContain('- ⬜ Enrollment: A Global Admin enrolls in DDPS (enrollInOfferings)');
  });

  test('shows open tasks with the command for each', () => {
    const reminded = givenPartner(...active).until('2022-10-02');
    const expiring = reminded.state.openTasks.at(-1);
    expect(expiring?.kind).toBe('competencyExpiring');
    expect(cardOf(reminded.state, '2022-10-02')).toContain(
      [
        '**Open tasks**',
        '',
        '- Renew the MPN membership (globalAdmin, due 2021-07-01 00:00 UTC)',
        '  `engagements tasks` shows what to do',
        '- A competency runs out (partnerAdmin, due 2023-01-01 00:00 UTC)',
        '  `engagements resolve partner:contoso:competencyExpiring:1 noted`',
      ].join('\n'),
    );
    const due = givenPartner(...active, renewedMembership({ membershipRenewsOn: '2022-06-30' }));
    expect(cardOf(due.state, '2021-05-01')).toContain(
      '- Renew the enrollment (globalAdmin, due 2021-07-01 00:00 UTC)\n  `engagements tasks` shows what to do',
    );
  });

  test('shows no more than the last five events', () => {
    const { events } = givenPartner(...active).when(bankMapped());
    const many = Array.from({ length: 9 }, () => events[0]!);
    expect(cardOf(givenPartner(...active).state, '2020-06-11', many).split('Bank account mapped')).toHaveLength(6);
  });

  test('of a partner with nothing due names no deadline', () => {
    const { state } = givenPartner(registered());
    expect(cardOf({ ...state, deadlines: [] }, '2020-06-02')).not.toContain('Next deadline');
  });
});

test('running engagements hear of everything that may change their eligibility, and of nothing else', () => {
  const heard = PARTNER_EVENT_TYPES.filter((type) => announces({ type } as PartnerEvent));
  expect(heard).toStrictEqual([
    'ComplianceTrainingRecorded',
    'CompetencyRecorded',
    'ConsultantRecorded',
    'LocationAdded',
    'OfferingsEnrolled',
    'EnrollmentRenewed',
    'EnrollmentLapsed',
    'OfferingWithdrawn',
    'CompetencyExpired',
  ]);
});

test('payment requests hear of registrations and of bank accounts', () => {
  const savb = givenPartner(...active).when(registeredWithSavb());
  expect(savb.events.flatMap(registrationsIn)).toStrictEqual([{ offering: 'DDPS', locationId: 'contoso-se' }]);
  expect(savb.then.when(bankMapped()).events.flatMap(registrationsIn)).toStrictEqual([{ locationId: 'contoso-se' }]);
  expect(
    givenPartner(...active)
      .when(renewedMembership({ membershipRenewsOn: '2022-06-30' }))
      .events.flatMap(registrationsIn),
  ).toStrictEqual([]);
});
