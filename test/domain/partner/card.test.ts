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
        'Contoso Services is enrolled in DDPS until 2021-06-30; it may start engagements of 2 of 2 types.',
        '',
        '**It waits for nothing: whatever it has begun is met.** At 2021-04-01 00:00 UTC it is reminded that its enrollment ends (DDPS).',
        '',
        '- **Refused:** enrollInOfferings from a Global Admin was refused at 2020-06-11 09:00 UTC. No qualifying competency: SharePoint Deployment Planning needs silver or gold collaborationAndContent, held on 2020-06-11. Attain or renew silver or gold collaborationAndContent and have it recorded (recordCompetency). Attain or renew one of the named competencies.',
        '- **MPN:** 1234567, membership until 2021-06-30',
        '- **Next deadline:** 2021-04-01 00:00 UTC (Enrollment reminder: DDPS)',
        '',
        '**DDPS · Windows and Office** – active',
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
    expect(card).toContain('Contoso Services is not enrolled in any offering;');
    expect(card).toContain('**DDPS · Windows and Office** – not started');
    expect(card).toContain('- ⬜ Enrollment: A Global Admin enrolls in DDPS (enrollInOfferings)');
  });

  test('shows open tasks with the command for each', () => {
    const reminded = givenPartner(...active).until('2022-10-02');
    const expiring = reminded.state.openTasks.at(-1);
    expect(expiring?.kind).toBe('competencyExpiring');
    expect(cardOf(reminded.state, '2022-10-02')).toContain(
      '**Open task: Renew the MPN membership** (for a Global Admin, in Partner Center (work account), due 2021-07-01 00:00 UTC)',
    );
    expect(cardOf(reminded.state, '2022-10-02')).toContain(
      '- the task is done; the competency runs out: `engagements resolve partner:contoso:competencyExpiring:1 noted`',
    );
    const due = givenPartner(...active, renewedMembership({ membershipRenewsOn: '2022-06-30' }));
    expect(cardOf(due.state, '2021-05-01')).toContain(
      '- it ends with this year: `engagements partner withdrawFromOffering contoso --set offering=CODE --set reason=TEXT`',
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
