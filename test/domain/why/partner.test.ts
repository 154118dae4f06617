import type { PartnerDeadlineKind } from '../../../contracts/names';
import { checklistOf } from '../../../domain/partner/checklist';
import { partnerViewOf } from '../../../domain/partner/view';
import { whyPartner } from '../../../domain/why/partner';
import { givenPartner } from '../../support/partnerGiven';
import { active, registered, trained, type PartnerTold } from '../../support/partnerStory';
import { edition2020 } from '../../support/rulebook';

const why = (today: string, ...story: readonly PartnerTold[]) => {
  const { state } = givenPartner(...story);
  return whyPartner(partnerViewOf(state), checklistOf(state, edition2020, today));
};

test('a new partner has begun nothing', () =>
  expect(why('2020-06-02', registered())).toMatchObject({
    where: 'Contoso Services is not enrolled in any offering; it may start engagements of 0 of 11 types.',
    waitsFor: 'It waits for nothing: whatever it has begun is met.',
    ways: [],
    atRisk: [],
  }));

test('one that has begun is told each next step once, and where they stand', () => {
  const { waitsFor, ways } = why('2020-06-02', registered(), trained());
  expect(waitsFor).toMatch(/^It waits for these steps: .*A Global Admin enrolls in DDPS \(enrollInOfferings\)/);
  expect(waitsFor.split('A Global Admin enrolls in DDPS')).toHaveLength(2);
  expect(ways).toStrictEqual([{ leadsTo: 'every requirement, met or not', command: 'engagements checklist contoso' }]);
});

test('one that is enrolled is told until when', () =>
  expect(why('2020-06-11', ...active).where).toMatch(
    /^Contoso Services is enrolled in DDPS until 2021-06-30; it may start/,
  ));

test('one that is enrolled is told the next steps of its offerings alone', () => {
  const { waitsFor, ways } = why('2020-06-11', ...active);
  expect(waitsFor).toBe(
    'It waits for these steps: Attain or renew silver or gold enterpriseMobilityManagement and have it recorded (recordCompetency); Hold the competency, and record a consultant with an assessment or exam for it (recordConsultant): enterpriseMobilityManagement.',
  );
  expect(ways).toHaveLength(1);
});

test('what has lapsed is at risk', () => {
  const { atRisk } = why('2021-07-02', ...active);
  expect(atRisk).toContain(
    'DDPS · Windows and Office has lapsed: nothing new is reserved, engagements under way are held.',
  );
});

test.each<[PartnerDeadlineKind, string]>([
  ['membershipReminder', 'At 2021-04-01 00:00 UTC it is reminded that its membership ends (DDPS).'],
  ['enrollmentReminder', 'At 2021-04-01 00:00 UTC it is reminded that its enrollment ends (DDPS).'],
  [
    'enrollmentEnd',
    'At 2021-04-01 00:00 UTC its enrollment in DDPS lapses: nothing new is reserved, engagements under way are held.',
  ],
  ['competencyReminder', 'At 2021-04-01 00:00 UTC it is reminded that a competency runs out (DDPS).'],
  ['competencyExpiry', 'At 2021-04-01 00:00 UTC a competency runs out (DDPS): engagements that need it are held.'],
])('%s is what happens by itself', (kind, otherwise) => {
  const nextDeadline = { kind, at: '2021-04-01T00:00:00.000Z', about: ['DDPS'] };
  expect(whyPartner({ ...partnerViewOf(givenPartner(...active).state), nextDeadline }, []).otherwise).toBe(otherwise);
});

test('without a deadline nothing happens by itself', () => {
  const { nextDeadline: _none, ...view } = partnerViewOf(givenPartner(...active).state);
  expect(whyPartner(view, []).otherwise).toBe('Nothing happens by itself.');
});
