import type { ComponentChildren } from 'preact';
import type { EngagementView } from '../../../contracts/engagement';
import type { EngagementEvent } from '../../../domain/engagement/events';
import { whyEngagement } from '../../../domain/why/engagement';
import { words } from '../../../domain/wording';
import { eventCells } from '../../wording/events';
import { paymentText } from '../../wording/paymentText';
import type { FormMessage } from '../forms/messages';
import type { Person } from '../guard';
import { Deadline, type Clock } from './deadline';
import { Layout } from './layout';
import { Notice, type Outcome } from './outcome';
import { TaskList } from './tasks';
import { Timeline } from './timeline';

interface EngagementProps {
  person: Person;
  view: EngagementView;
  events: readonly EngagementEvent[];
  /** What the person can say; what is awaited comes first. */
  forms: readonly FormMessage[];
  outcome?: Outcome;
  clock: Clock;
}

export const engagementPage = ({ person, view, events, forms, outcome, clock }: EngagementProps) => {
  const { engagementId, customer, engagementType, stage, tasks } = view;
  const page = `/portal/engagements/${engagementId}`;
  return (
    <Layout title={`${customer.name} · ${engagementId}`} person={person} part="engagements">
      {outcome && <Notice outcome={outcome} page={page} />}
      <h1>
        {customer.name} <small>{engagementId}</small>
      </h1>
      <p class="facts">
        <strong class="stage">{words(stage)}</strong>
        <span>{words(engagementType)}</span>
        <a href={`/portal/partners/${view.partnerId}`}>{view.partnerId}</a>
      </p>
      <Awaited view={view} events={events} forms={forms} page={page} clock={clock} />
      {tasks.length > 0 && (
        <section>
          <h2>Open tasks</h2>
          <TaskList person={person} tasks={tasks} clock={clock} back={page} />
        </section>
      )}
      <div class="columns">
        <section>
          <h2>What is known</h2>
          <Facts view={view} />
        </section>
        <section>
          <h2>What can be said</h2>
          <ul class="links">
            {forms.map(({ name, title, summary }) => (
              <li key={name}>
                <a href={`${page}/messages/${name}`}>{title}</a> <small>{summary}</small>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <section>
        <h2>Timeline</h2>
        <Timeline cells={events.map(eventCells)} />
      </section>
    </Layout>
  );
};

type AwaitedProps = Pick<EngagementProps, 'view' | 'events' | 'forms' | 'clock'> & { page: string };

/** Where it is and what would move it, in sentences; the person who can gets the form. */
function Awaited({ view, events, forms, page, clock }: AwaitedProps) {
  const { awaiting, nextDeadline } = view;
  const { where, waitsFor, otherwise, refused, atRisk } = whyEngagement(view, events);
  const form = forms.find(({ name }) => name === awaiting?.message);
  return (
    <section class="awaited">
      <h2>What it waits for</h2>
      <p>{`${where} ${waitsFor}`}</p>
      <p>{otherwise}</p>
      {[...refused, ...atRisk].map((risk) => (
        <p class="flag" key={risk}>
          {risk}
        </p>
      ))}
      {nextDeadline && (
        <p>
          {`${words(nextDeadline.kind)}: `}
          <Deadline deadline={nextDeadline} clock={clock} />
        </p>
      )}
      {form && (
        <p>
          <a class="button" href={`${page}/messages/${form.name}`}>
            {form.title}
          </a>
        </p>
      )}
    </section>
  );
}

function Facts({ view }: { view: EngagementView }) {
  const { customer, voucher, reservation, completionReport, redemption, paymentRequest, licenseEndsOn } = view;
  const page = `/portal/engagements/${view.engagementId}`;
  const rows: [string, ComponentChildren][] = [
    [
      'Customer',
      [customer.name, customer.country, customer.customerId, customer.licensingId].filter(Boolean).join(', '),
    ],
    ['Service level', view.serviceLevelDays === undefined ? undefined : `${view.serviceLevelDays} days`],
    ['Rules', `Edition ${view.rulebook.id}`],
    ['Voucher', voucher && `${voucher.voucherId}, ${voucher.offering}, ${voucher.serviceLevelDays} days`],
    ['Voucher assigned', voucher && `${voucher.assignedOn}, expires ${voucher.expiresOn}`],
    ['Project manager', voucher && `${voucher.projectManager.name}, ${voucher.projectManager.email}`],
    [
      'Reservation',
      reservation && `${reservation.locationId}, ${reservation.scheduledStart} to ${reservation.scheduledEnd}`,
    ],
    ['Consultants', reservation?.consultantIds.join(', ')],
    [
      'Completion report',
      completionReport &&
        `${completionReport.daysDelivered} days, delivered on ${completionReport.deliveredToCustomerOn}. ${completionReport.summary}`,
    ],
    [
      'Deliverables',
      completionReport?.deliverables.map(({ name, kind }) => (
        <span key={name}>
          <a href={`${page}/deliverables/${name}`}>{name}</a>
          {` (${words(kind).toLowerCase()}) `}
        </span>
      )),
    ],
    ['Redeemed', redemption && `${redemption.redeemedOn}, payment request due ${redemption.paymentRequestDueOn}`],
    ['Payment request', paymentRequest && paymentText(paymentRequest)],
    ['Licence enrollment ends', licenseEndsOn],
  ];
  return (
    <dl>
      {rows.map(([name, fact]) =>
        fact === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
