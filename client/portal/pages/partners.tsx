import type { PartnerSummary } from '../../../contracts/partner';
import { words } from '../../../domain/wording';
import type { Person } from '../guard';
import { Deadline, type Clock } from './deadline';
import { Layout } from './layout';
import { NextPage, Table } from './list';

/** What a list of partners is asked for. */
export interface PartnerQuery {
  name?: string;
  after?: string;
}

interface PartnersProps {
  person: Person;
  items: readonly PartnerSummary[];
  next?: string;
  query: PartnerQuery;
  mayRegister: boolean;
  clock: Clock;
}

/** Where those who see every partner begin. */
export const partnersPage = ({ person, items, next, query, mayRegister, clock }: PartnersProps) => (
  <Layout title="Partners" person={person} part="partners">
    <h1>Partners</h1>
    <form class="filter" role="search" action="/portal/partners">
      <label>
        Partner (what the name, the id or the MPN id begins with) <input name="name" value={query.name} />
      </label>
      <button>Find</button>
    </form>
    {items.length === 0 ? <p>Nothing found.</p> : <Found items={items} clock={clock} />}
    <NextPage path="/portal/partners" query={query} next={next} />
    {mayRegister && (
      <form class="filter" action="/portal/partners">
        <label>
          Id of a new partner, such as contoso-services <input name="register" required />
        </label>
        <button class="quiet">Register a new one</button>
      </form>
    )}
  </Layout>
);

const Found = ({ items, clock }: Pick<PartnersProps, 'items' | 'clock'>) => (
  <Table label="Partners found" columns={['Partner', 'Name', 'MPN id', 'Next deadline', 'Open tasks']}>
    {items.map(({ partnerId, name, mpnId, nextDeadline, openTasks }) => (
      <tr key={partnerId}>
        <th scope="row">
          <a href={`/portal/partners/${partnerId}`}>{partnerId}</a>
        </th>
        <td>{name}</td>
        <td>{mpnId}</td>
        <td>
          {nextDeadline && (
            <>
              {`${words(nextDeadline.kind)} `}
              <Deadline deadline={nextDeadline} clock={clock} />
            </>
          )}
        </td>
        <td>{openTasks || ''}</td>
      </tr>
    ))}
  </Table>
);
