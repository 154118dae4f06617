import type { ComponentChildren } from 'preact';
import type { Problem } from '../../../contracts/problems';
import type { Field } from './fields';
import { rowsIn, textsOf, type Said } from './payload';

/** Rows of a list that are there to be filled in; more come when these are. */
const SPARE_ROWS = 2;

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

interface InputProps {
  field: Field;
  said: Said;
  errors: Readonly<Record<string, string | undefined>>;
}

function Input({ field, said, errors }: InputProps) {
  const { path, label, hint, control, required, fields = [] } = field;
  const error = errors[path] ?? (fields.length === 0 ? errorWithin(path, errors) : undefined);
  const notes = <Notes path={path} hint={hint} error={error} />;
  switch (control) {
    case 'group':
      return (
        <fieldset>
          <legend>{label + (required ? '' : ' (optional)')}</legend>
          {notes}
          {fields.map((inner) => (
            <Input
              key={inner.path}
              field={required ? inner : { ...inner, required: false }}
              said={said}
              errors={errors}
            />
          ))}
        </fieldset>
      );
    case 'rows':
      return (
        <fieldset id={path}>
          <legend>{label}</legend>
          {notes}
          {rowNumbers(said, path).map((row) => (
            <div class="row" key={row}>
              {fields.map((inner) => (
                <Input
                  key={inner.path}
                  field={{
                    ...inner,
                    path: `${path}.${row}.${inner.path}`,
                    label: `${inner.label} ${row + 1}`,
                    required: false,
                  }}
                  said={said}
                  errors={errors}
                />
              ))}
            </div>
          ))}
        </fieldset>
      );
    case 'checkboxes':
      return (
        <fieldset id={path} aria-describedby={describedBy(field, error)}>
          <legend>{label + (required ? '' : ' (optional)')}</legend>
          {notes}
          {field.options?.map(({ value, text }) => (
            <label class="choice" key={value}>
              <input type="checkbox" name={path} value={value} checked={textsOf(said[path]).includes(value)} />
              {text}
            </label>
          ))}
        </fieldset>
      );
    case 'checkbox':
      return (
        <div class="field">
          {notes}
          <label class="choice">
            <input
              id={path}
              type="checkbox"
              name={path}
              value="true"
              required={required}
              checked={textsOf(said[path]).includes('true')}
              aria-describedby={describedBy(field, error)}
              aria-invalid={error ? true : undefined}
            />
            {label}
          </label>
        </div>
      );
    default:
      return (
        <div class="field">
          <label for={path}>{label + (required ? '' : ' (optional)')}</label>
          {notes}
          <Value field={field} text={textsOf(said[path]).join(', ')} error={error} />
        </div>
      );
  }
}

/** What is wrong with an item of a list that is one field. */
const errorWithin = (path: string, errors: InputProps['errors']): string | undefined =>
  Object.entries(errors).find(([other]) => other.startsWith(`${path}.`))?.[1];

function Value({ field, text, error }: { field: Field; text: string; error: string | undefined }) {
  const { path, control, required, options = [], bounds } = field;
  const common = {
    id: path,
    name: path,
    required,
    'aria-describedby': describedBy(field, error),
    'aria-invalid': error ? (true as const) : undefined,
  };
  if (control === 'textarea')
    return (
      <textarea {...common} rows={4} maxLength={bounds.maxlength}>
        {text}
      </textarea>
    );
  if (control === 'select') {
    const isKnown = text === '' || options.some(({ value }) => value === text);
    return (
      <select {...common}>
        <option value="">{required ? 'Choose …' : '–'}</option>
        {[...options, ...(isKnown ? [] : [{ value: text, text }])].map((option) => (
          <option key={option.value} value={option.value} selected={option.value === text}>
            {option.text}
          </option>
        ))}
      </select>
    );
  }
  const { maxlength, ...numeric } = bounds;
  const line = { ...common, ...numeric, maxLength: maxlength, autoComplete: 'off' };
  switch (control) {
    case 'email':
      return <input type="email" {...line} value={text} />;
    case 'url':
      return <input type="url" {...line} value={text} />;
    case 'date':
      return <input type="date" {...line} value={text} />;
    case 'datetime-local':
      return <input type="datetime-local" {...line} value={text.slice(0, 19)} />;
    case 'number':
      return <input type="number" {...line} value={text} />;
    default:
      return <input type="text" {...line} value={text} />;
  }
}

const Notes = ({ path, hint, error }: { path: string; hint?: string; error?: string }) => (
  <>
    {hint && (
      <p class="hint" id={`${path}-hint`}>
        {hint}
      </p>
    )}
    {error && (
      <p class="error" id={`${path}-error`}>
        {error}
      </p>
    )}
  </>
);

const describedBy = ({ path, hint }: Field, error: string | undefined): string | undefined =>
  [hint && `${path}-hint`, error && `${path}-error`].filter(Boolean).join(' ') || undefined;

function rowNumbers(said: Said, path: string): number[] {
  const rows = rowsIn(said, path);
  const next = (rows.at(-1) ?? -1) + 1;
  return [...rows, ...Array.from({ length: SPARE_ROWS }, (_, index) => next + index)];
}
