import { randomUUID } from 'node:crypto';
import { isPartnerRole, RECONCILIATION_TASK, ROLES, TASK_KINDS } from '../../../contracts/names';
import type { Problem } from '../../../contracts/problems';
import type { Task } from '../../../contracts/tasks';
import { lastDayUntil } from '../../../domain/days';
import { mayActOn } from '../../../domain/tasks';
import { words } from '../../../domain/wording';
import { Form } from '../forms/form';
import type { Person } from '../guard';
import { ageOf, Due, type Clock } from './deadline';
import { Layout } from './layout';
import { addressOf, NextPage } from './list';
import { Notice, type Outcome } from './outcome';

/** What a list of tasks is asked for. */
export interface TaskQuery {
  kind?: string;
  role?: string;
  claimedBy?: string;
  overdue?: string;
  after?: string;
}

interface TasksProps {
  person: Person;
  items: readonly Task[];
  next?: string;
  query: TaskQuery;
  outcome?: Outcome;
  clock: Clock;
}

const TASKS = '/portal/tasks';

export const tasksPage = ({ person, items, next, query, outcome, clock }: TasksProps) => (
  <Layout title="Tasks" person={person} part="tasks">
    {outcome && <Notice outcome={outcome} page={TASKS} />}
    <h1>Tasks</h1>
    <form class="filter" role="search" action={TASKS}>
      <Choice label="Kind" name="kind" values={TASK_KINDS} chosen={query.kind} />
      <Choice label="For" name="role" values={ROLES} chosen={query.role} />
      <label>
        Taken on by <input name="claimedBy" value={query.claimedBy} />
      </label>
      <label class="choice">
        <input type="checkbox" name="overdue" value="true" checked={query.overdue === 'true'} /> Overdue
      </label>
      <button>Find</button>
    </form>
    {items.length === 0 ? (
      <p>Nothing waits for a person.</p>
    ) : (
      <TaskList person={person} tasks={items} clock={clock} back={addressOf(TASKS, query)} />
    )}
    <NextPage path={TASKS} query={query} next={next} />
  </Layout>
);

interface ChoiceProps {
  label: string;
  name: string;
  values: readonly string[];
  chosen: string | undefined;
}

const Choice = ({ label, name, values, chosen }: ChoiceProps) => (
  <label>
    {label}
    <select name={name}>
      <option value="">Any</option>
      {values.map((value) => (
        <option key={value} value={value} selected={value === chosen}>
          {words(value)}
        </option>
      ))}
    </select>
  </label>
);

interface RefusedProps {
  person: Person;
  problem: Problem;
  /** The page to go on from. */
  back: string;
  /** What was said, to be said again. */
  form: { action: string; name: string; hidden: Record<string, string | undefined>; note: string | undefined };
}

/** A no to what was said about a task; what was typed is kept. */
export const refusedTaskPage = ({ person, problem, back, form: { action, name, hidden, note } }: RefusedProps) => (
  <Layout title={`Refused: ${words(name)}`} person={person} part="tasks">
    <p>
      <a href={back}>Go on</a>
    </p>
    <h1>{words(name)}</h1>
    {hidden['resolution'] && <p>{words(hidden['resolution'])}</p>}
    <Form
      action={action}
      fields={[{ path: 'note', label: 'Note', control: 'textarea', required: false, bounds: { maxlength: NOTE } }]}
      said={{ note }}
      problem={problem}
      hidden={{ ...hidden, key: hidden['key'] ?? randomUUID() }}
      button={words(name)}
    />
  </Layout>
);

const NOTE = 2_000;

interface TaskListProps {
  person: Person;
  tasks: readonly Task[];
  clock: Clock;
  /** The page to come back to. */
  back: string;
}

/** Tasks with what the person can do about each. */
export const TaskList = ({ tasks, ...around }: TaskListProps) => (
  <ul class="tasks">
    {tasks.map((task) => (
      <TaskItem key={task.taskId} task={task} {...around} />
    ))}
  </ul>
);

function TaskItem({ task, clock, ...around }: Omit<TaskListProps, 'tasks'> & { task: Task }) {
  const { title, kind, role, accountKind, instructions, openedAt, dueAt, claimedBy } = task;
  const [about, href] = subjectOf(task);
  return (
    <li class="task">
      <h3>{title}</h3>
      <p class="facts">
        <span>{words(kind)}</span>
        {href === undefined ? about && <span>{about}</span> : <a href={href}>{about}</a>}
        <span>{`for ${words(role).toLowerCase()}${accountKind === undefined ? '' : ` with ${accountKind}`}`}</span>
        <span>{`opened ${ageOf(openedAt, clock.now)}`}</span>
        {dueAt && <Due at={dueAt} day={lastDayUntil(dueAt, clock.utcOffset)} now={clock.now} />}
        <span>{claimedBy === undefined ? 'nobody has taken it on' : `taken on by ${claimedBy}`}</span>
      </p>
      <p class="text">{instructions}</p>
      {canAct(around.person, task) && <Actions task={task} {...around} />}
    </li>
  );
}

/** By the strongest of a person's roles that count for the task's partner, as the API does. */
function canAct({ roles, partnerId }: Person, task: Task): boolean {
  const own = roles.filter((role) => !isPartnerRole(role) || partnerId === task.partnerId);
  const strongest = ROLES.find((role) => own.includes(role));
  return strongest !== undefined && mayActOn(task, { role: strongest });
}

/** Taken on or given back by whoever may act; resolved only by whom nobody else has taken it from. */
function Actions({ task, person, back }: { task: Task; person: Person; back: string }) {
  const { taskId, title, claimedBy, resolutions } = task;
  const say = (action: string) => `/portal/tasks/${encodeURIComponent(taskId)}/${action}`;
  const [claimed, ofAnother] = [claimedBy !== undefined, claimedBy !== undefined && claimedBy !== person.subject];
  const hidden = Object.entries({ back, to: keeperOf(task) }).map(
    ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
  );
  return (
    <div class="actions">
      <form method="post" action={say(claimed ? 'release' : 'claim')}>
        {hidden}
        <input type="hidden" name="key" value={randomUUID()} />
        <button class="quiet" aria-label={`${claimed ? 'Give back' : 'Take on'}: ${title}`}>
          {claimed ? 'Give back' : 'Take on'}
        </button>
      </form>
      {resolutions.length > 0 && !ofAnother && (
        <details>
          <summary>Resolve</summary>
          <form class="message" method="post" action={say('resolution')}>
            {hidden}
            <input type="hidden" name="key" value={randomUUID()} />
            <label>
              What came of it
              <select name="resolution" required>
                <option value="">Choose …</option>
                {resolutions.map((resolution) => (
                  <option key={resolution} value={resolution}>
                    {words(resolution)}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Note (optional)
              <textarea name="note" rows={2} maxLength={NOTE} />
            </label>
            <button aria-label={`Resolve: ${title}`}>Resolve</button>
          </form>
        </details>
      )}
    </div>
  );
}

/** Whoever keeps a task, below `/v1`: an engagement, a batch or a partner; nobody for those of reconciliation. */
function keeperOf({ taskId, engagementId, batchId, partnerId }: Task): string | undefined {
  if (RECONCILIATION_TASK.test(taskId)) return undefined;
  if (engagementId !== undefined) return `/engagements/${engagementId}`;
  if (batchId !== undefined) return `/batches/${batchId}`;
  return partnerId === undefined ? undefined : `/partners/${partnerId}`;
}

/** What a task is about, and its page, if there is one. */
function subjectOf({ engagementId, batchId, partnerId }: Task): [string | undefined, string?] {
  if (engagementId !== undefined) return [engagementId, `/portal/engagements/${engagementId}`];
  if (batchId !== undefined) return [`batch ${batchId}`];
  return partnerId === undefined ? [undefined] : [partnerId, `/portal/partners/${partnerId}`];
}
