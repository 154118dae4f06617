import type { Field } from './fields';
import { rowsIn, textsOf, type Said } from './payload';

/** Rows of a list that are there to be filled in; more come when these are. */
const SPARE_ROWS = 2;

interface InputProps {
  field: Field;
  said: Said;
  /** What is wrong with each value, by its path. */
  errors: Readonly<Record<string, string | undefined>>;
}

/** One value of a message, with its hint and what was wrong with it; several where it has parts. */
export function Input({ field, said, errors }: InputProps) {
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
