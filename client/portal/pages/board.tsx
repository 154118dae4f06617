import type { EngagementView } from '../../../contracts/engagement';
import { FINAL_STAGES, START_ROLES, type Stage } from '../../../contracts/names';
import { words } from '../../../domain/wording';
import type { Person } from '../guard';
import { Deadline, type Clock } from './deadline';
import { Layout } from './layout';

/** Cards of a stage; the list has them all. */
const IN_COLUMN = 8;
/** Cards of all stages together that are due. */
export const DUE_SHOWN = 10;

/** The most urgent engagements of one stage: the nearest deadline first. */
interface Column {
  stage: Stage;
  items: readonly EngagementView[];
  /** There are more than these. */
  hasMore: boolean;
}

interface BoardProps {
  person: Person;
  columns: readonly Column[];
  /** What has its deadline before this instant is shown first of all. */
  dueBefore: string;
  clock: Clock;
}

export const boardPage = ({ person, columns, dueBefore, clock }: BoardProps) => (
  <Layout title="Engagements" person={person} part="engagements">
    <div class="heading">
      <h1>Engagements</h1>
      <Find />
      {person.roles.some((role) => START_ROLES.includes(role)) && (
        <a class="button" href="/portal/engagements/new">
          Start an engagement
        </a>
      )}
    </div>
    <Upcoming columns={columns} dueBefore={dueBefore} clock={clock} />
    <div class="board" tabIndex={0} role="region" aria-label="Engagements by stage">
      {columns.map(({ stage, ...column }) => {
        const items = column.items.slice(0, IN_COLUMN);
        const hasMore = column.hasMore || column.items.length > IN_COLUMN;
        return (
          <section key={stage} aria-labelledby={`stage-${stage}`}>
            <h2 id={`stage-${stage}`}>
              {words(stage)} <Count of={items} hasMore={hasMore} />
            </h2>
            {items.length === 0 ? (
              <p class="empty">None</p>
            ) : (
              <ol class="cards">
                {items.map((view) => (
                  <Card key={view.engagementId} view={view} clock={clock} />
                ))}
              </ol>
            )}
            {hasMore && (
              <a href={`/portal/engagements?stage=${stage}`}>{`All that are ${words(stage).toLowerCase()}`}</a>
            )}
          </section>
        );
      })}
    </div>
    <p class="over">
      Over:{' '}
      {FINAL_STAGES.map((stage) => (
        <a key={stage} href={`/portal/engagements?stage=${stage}`}>
          {words(stage)}
        </a>
      ))}
    </p>
  </Layout>
);

/** What is due in any stage. A stage of which all that was asked for is due may have more. */
function Upcoming({ columns, dueBefore, clock }: Pick<BoardProps, 'columns' | 'dueBefore' | 'clock'>) {
  const deadlineOf = ({ nextDeadline }: EngagementView): string => nextDeadline?.at ?? dueBefore;
  const isDue = (view: EngagementView): boolean => deadlineOf(view) < dueBefore;
  const due = columns
    .flatMap(({ items }) => items.filter(isDue))
    .toSorted((one, other) => deadlineOf(one).localeCompare(deadlineOf(other)));
  if (due.length === 0) return null;
  const items = due.slice(0, DUE_SHOWN);
  const hasMore = due.length > DUE_SHOWN || columns.some((column) => column.hasMore && column.items.every(isDue));
  return (
    <section class="upcoming">
      <h2>
        Due within a week <Count of={items} hasMore={hasMore} />
      </h2>
      <ol class="cards">
        {items.map((view) => (
          <Card key={view.engagementId} view={view} clock={clock} withStage />
        ))}
      </ol>
      {hasMore && <a href={`/portal/engagements?over=false&dueBefore=${dueBefore}`}>All that are due within a week</a>}
    </section>
  );
}

const Count = ({ of, hasMore }: { of: readonly EngagementView[]; hasMore: boolean }) => (
  <span class="count">{`${of.length}${hasMore ? '+' : ''}`}</span>
);

const Find = () => (
  <form class="find" role="search" action="/portal/find">
    <label for="q">Find</label>
    <input id="q" name="q" required placeholder="Engagement, voucher or customer" />
    <button class="quiet">Find</button>
  </form>
);

function Card({ view, clock, withStage }: { view: EngagementView; clock: Clock; withStage?: boolean }) {
  const { engagementId, customer, engagementType, nextDeadline, tasks, paymentAtRisk } = view;
  return (
    <li class="card">
      <a href={`/portal/engagements/${engagementId}`}>{customer.name}</a>
      <span>{words(engagementType)}</span>
      <small>{engagementId}</small>
      {withStage && <small>{words(view.stage)}</small>}
      {nextDeadline && <Deadline deadline={nextDeadline} clock={clock} />}
      {tasks.length > 0 && (
        <span class="flag">{tasks.length === 1 ? '1 open task' : `${tasks.length} open tasks`}</span>
      )}
      {paymentAtRisk && <span class="flag">Payment at risk</span>}
    </li>
  );
}
