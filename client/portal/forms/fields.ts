import { words } from '../../../domain/wording';
import { shapeAt, type Shape } from '../../wording/fields';
import type { FormMessage } from './messages';
import { HINTS, LABELS, sentence } from './wording';

/** What a browser shows of one value of a message. */
export interface Field {
  /** Dotted path into the payload, which names the value in the form: `projectManager.email`. */
  path: string;
  label: string;
  hint?: string;
  required: boolean;
  control: Control;
  options?: readonly Option[];
  /** Bounds as HTML spells them. */
  bounds: { min?: number; max?: number; step?: number | 'any'; maxlength?: number };
  /** Of a group, and of each row of a list. */
  fields?: readonly Field[];
}

export type Control =
  | 'text'
  | 'email'
  | 'url'
  | 'date'
  | 'datetime-local'
  | 'number'
  | 'textarea'
  | 'select'
  | 'checkbox'
  | 'checkboxes'
  | 'group'
  | 'rows';

export interface Option {
  value: string;
  text: string;
}

/** What may be chosen for a value, by the last part of its path: the partner's locations, the catalogue's offerings. */
export type Choices = Readonly<Record<string, readonly Option[]>>;

/** Longer texts get more than a line. */
const LINE = 200;

/** The fields of a message by its contract, in the order of that. */
export const fieldsOf = (
  { name: message, shape }: Pick<FormMessage, 'name' | 'shape'>,
  choices: Choices,
  parent = '',
): Field[] =>
  Object.keys(shape.properties ?? {}).flatMap((name) => {
    const part = shapeAt(shape, [name]);
    if (!part) return [];
    const path = parent + name;
    const options = optionsOf(part, choices[name]);
    const control = controlOf(part, options);
    const field: Field = {
      path,
      label: LABELS[name] ?? words(name),
      hint: HINTS[`${message}.${path}`] ?? HINTS[name] ?? hintOf(part, control),
      required: shape.required?.includes(name) ?? false,
      control,
      ...(options && { options }),
      bounds: boundsOf(part, control),
    };
    if (control === 'group')
      return [{ ...field, fields: fieldsOf({ name: message, shape: part }, choices, `${path}.`) }];
    if (control === 'rows') return [{ ...field, fields: fieldsOf({ name: message, shape: itemOf(part) }, choices) }];
    return [field];
  });

const itemOf = (shape: Shape): Shape => shapeAt(shape, ['0']) ?? {};

function optionsOf(shape: Shape, chosen: readonly Option[] | undefined): readonly Option[] | undefined {
  if (chosen) return chosen;
  if (shape.enum) return shape.enum.map((value) => ({ value: String(value), text: words(String(value)) }));
  if (shape.type === 'boolean' && shape.const === undefined)
    return [
      { value: 'true', text: 'Yes' },
      { value: 'false', text: 'No' },
    ];
  return undefined;
}

function controlOf(shape: Shape, options: readonly Option[] | undefined): Control {
  if (shape.properties) return 'group';
  if (shape.type === 'array') return itemOf(shape).properties ? 'rows' : options ? 'checkboxes' : 'text';
  if (shape.const === true) return 'checkbox';
  if (options) return 'select';
  if (shape.type === 'integer' || shape.type === 'number') return 'number';
  switch (shape.format) {
    case 'date':
    case 'email':
      return shape.format;
    case 'date-time':
      return 'datetime-local';
    case 'uri':
      return 'url';
    default:
      return (shape.maxLength ?? 0) > LINE ? 'textarea' : 'text';
  }
}

function hintOf({ type, description }: Shape, control: Control): string | undefined {
  if (control === 'datetime-local') return 'In UTC.';
  if (type === 'array') return control === 'text' ? 'Several with a comma between.' : undefined;
  return control === 'text' && description !== undefined ? sentence(description) : undefined;
}

function boundsOf(shape: Shape, control: Control): Field['bounds'] {
  const { maximum: max, exclusiveMinimum, minimum, maxLength } = shape;
  if (control !== 'number') return LINES.includes(control) && maxLength !== undefined ? { maxlength: maxLength } : {};
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : undefined;
  return shape.type === 'integer'
    ? { min: minimum ?? (above === undefined ? undefined : above + 1), max, step: 1 }
    : { min: minimum ?? above, max, step: 'any' };
}

const LINES: readonly Control[] = ['text', 'textarea', 'email', 'url'];
