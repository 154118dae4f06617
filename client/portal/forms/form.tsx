import type { ComponentChildren } from 'preact';
import type { Problem } from '../../../contracts/problems';
import type { Field } from './fields';
import { Input } from './input';
import type { Said } from './payload';

interface FormProps {
  action: string;
  fields: readonly Field[];
  said: Said;
  problem?: Problem;
  /** Names and values that go with the form unseen. */
  hidden: Readonly<Record<string, string | undefined>>;
  button: string;
  /** Sent with files; where a script can send them one by one. */
  upload?: string;
  /** Fields of the page's own, before the button. */
  children?: ComponentChildren;
}

/** A form that says one message, with what was wrong when it was said before. */
export const Form = ({ action, fields, said, problem, hidden, button, upload, children }: FormProps) => {
  const errors = errorsIn(problem);
  return (
    <>
      {problem && <ProblemNotice problem={problem} fields={fields} />}
      <form
        class="message"
        method="post"
        action={action}
        encType={upload ? 'multipart/form-data' : undefined}
        data-upload={upload}
      >
        {Object.entries(hidden).map(([name, value]) =>
          value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        {fields.map((field) => (
          <Input key={field.path} field={field} said={said} errors={errors} />
        ))}
        {children}
        <p class="actions">
          <button>{button}</button>
        </p>
      </form>
    </>
  );
};

/** What is wrong with each value, by its path. */
const errorsIn = (problem: Problem | undefined): Record<string, string | undefined> =>
  Object.fromEntries((problem?.errors ?? []).map(({ pointer, message }) => [pathOf(pointer), message]));

/** RFC 6901. */
const pathOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');

/** Says above a form why it was refused; what is not about a field of it is said here alone. */
export const ProblemNotice = ({ problem, fields = [] }: { problem: Problem; fields?: readonly Field[] }) => {
  const { title, detail, rule, awaiting, errors = [], type } = problem;
  const paths = pathsOf(fields);
  return (
    <section class="problem" role="alert" tabIndex={-1} data-focus="">
      <h2>{title}</h2>
      <p>{detail}</p>
      {rule && <p>{`The rule: ${rule}`}</p>}
      {awaiting && <p>{`What is awaited now: ${awaiting.message} from ${awaiting.from}.`}</p>}
      {errors.length > 0 && (
        <ul>
          {errors.map(({ pointer, message }) => {
            const path = pathOf(pointer);
            return (
              <li key={pointer}>
                {paths.includes(path) ? <a href={`#${path}`}>{`${path}: ${message}`}</a> : `${path}: ${message}`}
              </li>
            );
          })}
        </ul>
      )}
      <p>
        <a href={type}>What this means and what to do</a>
      </p>
    </section>
  );
};

const pathsOf = (fields: readonly Field[]): string[] =>
  fields.flatMap(({ path, control, fields: inner = [] }) => (control === 'group' ? pathsOf(inner) : [path]));
