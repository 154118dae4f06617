import type { PartnerView } from '../../contracts/partner';
import { aligned } from './table';
import { openTaskLines } from './tasks';
import { enrollmentText, facts, minute, plain } from '../wording/text';

/** Everything about a partner, in lines. What there is several of has a line each; what is missing says so. */
export const partnerCardLines = (view: PartnerView, strong: (text: string) => string): string[] => [
  strong(plain(`${view.partnerId} is ${view.name}`)),
  '',
  ...aligned([...standingOf(view), ...deliveryOf(view), ...paymentOf(view), nextOf(view)].flatMap(rowsOf)),
  ...openTaskLines(view.tasks, strong),
];

type Labelled = [label: string, ...entries: string[]];

const NOTHING = '–';

const rowsOf = ([label, first = NOTHING, ...more]: Labelled): string[][] => [
  [label, first],
  ...more.map((entry) => ['', entry]),
];

function standingOf({ mpnId, membershipRenewsOn, ...view }: PartnerView): Labelled[] {
  const { complianceTraining: training, competencies, agreement, enrollments } = view;
  return [
    ['Membership', `MPN ${mpnId}, until ${membershipRenewsOn}`],
    ['Training', ...(training ? [`completed ${training.completedOn}, ${training.evidence}`] : [])],
    ['Competencies', ...competencies.map((held) => `${held.tier} ${held.competency} until ${held.expiresOn}`)],
    [
      'Agreement',
      ...(agreement
        ? [`version ${agreement.agreementVersion}, signed by ${agreement.signedBy} on ${agreement.signedOn}`]
        : []),
    ],
    ['Enrollments', ...enrollments.map((row) => `${enrollmentText(row)}, since ${row.enrolledOn}`)],
  ];
}

const deliveryOf = ({ locations, consultants, businessProfile: profile }: PartnerView): Labelled[] => [
  ['Locations', ...locations.map(({ locationId, country, name }) => `${locationId} (${country}), ${name}`)],
  [
    'Consultants',
    ...consultants.map(({ consultantId, name, assessments }) =>
      facts(consultantId, name, ...assessments.map(({ code }) => code)),
    ),
  ],
  [
    'Profile',
    ...(profile
      ? [
          profile.headline,
          facts(profile.website, profile.contactEmail),
          `${profile.offerings.join(', ')} in ${profile.countries.join(', ')}`,
        ]
      : []),
  ],
];

const paymentOf = ({ savbRegistrations, bankAccounts }: PartnerView): Labelled[] => [
  [
    'SAVB',
    ...savbRegistrations.map(
      ({ offering, locationId, registeredOn }) => `${offering} at ${locationId}, since ${registeredOn}`,
    ),
  ],
  [
    'Bank accounts',
    ...bankAccounts.map(({ locationId, bankAccountReference }) => `${locationId}: ${bankAccountReference}`),
  ],
];

const nextOf = ({ nextDeadline: next }: PartnerView): Labelled => [
  'Next deadline',
  ...(next ? [facts(minute(next.at), next.kind, ...next.about)] : []),
];
