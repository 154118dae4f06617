import type { ComponentChildren } from 'preact';
import type { ChecklistItem, PartnerView } from '../../../contracts/partner';
import type { PartnerEvent } from '../../../domain/partner/events';
import { words } from '../../../domain/wording';
import { partnerEventCells } from '../../wording/partnerEvents';
import type { FormMessage } from '../forms/messages';
import type { Catalogue } from '../forms/suggestions';
import type { Person } from '../guard';
import { Deadline, type Clock } from './deadline';
import { Layout } from './layout';
import { Notice, type Outcome } from './outcome';
import { TaskList } from './tasks';
import { Timeline } from './timeline';

interface PartnerProps {
  person: Person;
  partner: PartnerView;
  checklist: readonly ChecklistItem[];
  catalogue: Catalogue;
  events: readonly PartnerEvent[];
  forms: readonly FormMessage[];
  outcome?: Outcome;
  clock: Clock;
}

/** The steps of the programme before the first engagement, and what is said in each. */
const STEPS = [
  {
    title: 'Step 1: verify eligibility',
    messages: ['updateMembership', 'recordComplianceTraining', 'recordCompetency', 'recordConsultant', 'addLocation'],
  },
  {
    title: 'Step 2: enroll',
    messages: ['signAgreement', 'enrollInOfferings', 'renewEnrollment', 'withdrawFromOffering'],
  },
  { title: 'Step 3: business profile', messages: ['updateBusinessProfile'] },
  { title: 'For payment', messages: ['registerWithSavb', 'mapBankAccount'] },
] as const;

export const partnerPage = (props: PartnerProps) => {
  const { person, partner, events, forms, outcome, clock } = props;
  const { partnerId, name, nextDeadline, tasks } = partner;
  const page = `/portal/partners/${partnerId}`;
  const facts = factsOf(partner);
  return (
    <Layout title={name} person={person} part="partners">
      {outcome && <Notice outcome={outcome} page={page} />}
      <h1>
        {name} <small>{partnerId}</small>
      </h1>
      {nextDeadline && (
        <p>
          {`${words(nextDeadline.kind)}: `}
          <Deadline deadline={nextDeadline} clock={clock} />
        </p>
      )}
      {tasks.length > 0 && (
        <section>
          <h2>Open tasks</h2>
          <TaskList person={person} tasks={tasks} clock={clock} back={page} />
        </section>
      )}
      <div class="steps">
        {STEPS.map(({ title, messages }, step) => (
          <section key={title}>
            <h2>{title}</h2>
            <ul class="checks">{facts[step]}</ul>
            <p class="facts">
              {forms
                .filter((form) => (messages as readonly string[]).includes(form.name))
                .map((form) => (
                  <a key={form.name} href={`${page}/messages/${form.name}`}>
                    {form.title}
                  </a>
                ))}
            </p>
          </section>
        ))}
      </div>
      <Checklist {...props} />
      <section>
        <h2>Timeline</h2>
        <Timeline cells={events.map(partnerEventCells)} />
      </section>
    </Layout>
  );
};

const Check = ({ met, children }: { met: boolean; children: ComponentChildren }) => (
  <li class={met ? 'met' : 'unmet'}>
    <span class="mark" role="img" aria-label={met ? 'met' : 'not met'}>
      {met ? '✓' : '○'}
    </span>
    <span>{children}</span>
  </li>
);

/** What the record has for each step. */
function factsOf(partner: PartnerView): ComponentChildren[] {
  const { complianceTraining, competencies, consultants, locations, agreement, enrollments, businessProfile } = partner;
  const several = (what: string, rows: readonly string[]) => (
    <Check met={rows.length > 0}>
      {rows.length === 0 ? `${what}: none` : what}
      {rows.map((row) => (
        <small key={row}>{row}</small>
      ))}
    </Check>
  );
  return [
    <>
      <Check met>{`MPN membership ${partner.mpnId}, until ${partner.membershipRenewsOn}`}</Check>
      <Check met={complianceTraining !== undefined}>
        {`Compliance training${complianceTraining ? ` on ${complianceTraining.completedOn}` : ': none'}`}
      </Check>
      {several(
        'Competencies',
        competencies.map(({ competency, tier, expiresOn }) => `${words(competency)}, ${tier}, until ${expiresOn}`),
      )}
      {several(
        'Consultants',
        consultants.map(
          ({ name, assessments: { length } }) => `${name}, ${length} assessment${length === 1 ? '' : 's'}`,
        ),
      )}
      {several(
        'Locations',
        locations.map(({ name, country }) => `${name} (${country})`),
      )}
    </>,
    <>
      <Check met={agreement !== undefined}>
        {agreement
          ? `Agreement ${agreement.agreementVersion}, signed on ${agreement.signedOn}`
          : 'Agreement: not signed'}
      </Check>
      {several(
        'Enrollments',
        enrollments.map(({ offering, enrolledUntil }) => `${offering} until ${enrolledUntil}`),
      )}
    </>,
    <Check met={businessProfile !== undefined}>{businessProfile?.headline ?? 'Business profile: none'}</Check>,
    <>
      {several(
        'Registered with SAVB',
        partner.savbRegistrations.map(({ offering, locationId }) => `${offering} at ${locationId}`),
      )}
      {several(
        'Bank accounts',
        partner.bankAccounts.map(({ locationId }) => locationId),
      )}
    </>,
  ];
}

function Checklist({ checklist, catalogue }: PartnerProps) {
  const nameOf = (rows: readonly { code: string; name: string }[], code: string) =>
    rows.find((row) => row.code === code)?.name ?? code;
  const offerings = [...new Set(checklist.map(({ offering }) => offering))];
  return (
    <section>
      <h2>What may be delivered</h2>
      <div class="columns">
        {offerings.map((offering) => (
          <section key={offering}>
            <h3>{`${nameOf(catalogue.offerings, offering)} (${offering})`}</h3>
            {checklist
              .filter((item) => item.offering === offering)
              .map(({ engagementType, status, requirements }) => (
                <details key={engagementType} class="standing" open={status === 'lapsed'}>
                  <summary>
                    <span class={`status ${status}`}>{`${status === 'active' ? '✓ ' : ''}${words(status)}`}</span>{' '}
                    {nameOf(catalogue.engagementTypes, engagementType)}
                  </summary>
                  <ul class="checks">
                    {requirements.map(({ name, met, since, expires, nextStep }) => (
                      <Check key={name} met={met}>
                        {words(name)}
                        {since && ` since ${since}`}
                        {expires && `, until ${expires}`}
                        {nextStep && `: ${nextStep}`}
                      </Check>
                    ))}
                  </ul>
                </details>
              ))}
          </section>
        ))}
      </div>
    </section>
  );
}
