import type { EngagementView } from '../../../contracts/engagement';
import { STAGES } from '../../../contracts/names';
import { moment, words } from '../../../domain/wording';
import type { Person } from '../guard';
import { Deadline, type Clock } from './deadline';
import { Layout } from './layout';
import { NextPage, Table } from './list';

/** What a list of engagements is asked for. */
export interface EngagementQuery {
  stage?: string;
  over?: string;
  customer?: string;
  voucherId?: string;
  partnerId?: string;
  openTasks?: string;
  dueBefore?: string;
  after?: string;
}

interface ListProps {
  person: Person;
  items: readonly EngagementView[];
  next?: string;
  query: EngagementQuery;
  clock: Clock;
}

const COLUMNS = ['Engagement', 'Customer', 'Type', 'Stage', 'Next deadline', 'Open tasks'];

export const engagementsPage = ({ person, items, next, query, clock }: ListProps) => (
  <Layout title="Find engagements" person={person} part="engagements">
    <h1>Find engagements</h1>
    <form class="filter" role="search" action="/portal/engagements">
      <label>
        Stage
        <select name="stage">
          <option value="">Any</option>
          {STAGES.map((stage) => (
            <option key={stage} value={stage} selected={stage === query.stage}>
              {words(stage)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Customer (what the name or id begins with) <input name="customer" value={query.customer} />
      </label>
      <label>
        Voucher number <input name="voucherId" value={query.voucherId} />
      </label>
      {person.tenant === 'staff' && (
        <label>
          Partner id <input name="partnerId" value={query.partnerId} />
        </label>
      )}
      <label class="choice">
        <input type="checkbox" name="openTasks" value="true" checked={query.openTasks === 'true'} /> With open tasks
      </label>
      {query.over && <input type="hidden" name="over" value={query.over} />}
      {query.dueBefore && <input type="hidden" name="dueBefore" value={query.dueBefore} />}
      <button>Find</button>
    </form>
    {query.dueBefore && <p>{`Those that are due before ${moment(query.dueBefore)}.`}</p>}
    {items.length === 0 ? (
      <p>Nothing found.</p>
    ) : (
      <Table label="Engagements found" columns={COLUMNS}>
        {items.map((view) => (
          <tr key={view.engagementId}>
            <th scope="row">
              <a href={`/portal/engagements/${view.engagementId}`}>{view.engagementId}</a>
            </th>
            <td>{view.customer.name}</td>
            <td>{words(view.engagementType)}</td>
            <td>{words(view.stage)}</td>
            <td>{view.nextDeadline && <Deadline deadline={view.nextDeadline} clock={clock} />}</td>
            <td>{view.tasks.length || ''}</td>
          </tr>
        ))}
      </Table>
    )}
    <NextPage path="/portal/engagements" query={query} next={next} />
  </Layout>
);
