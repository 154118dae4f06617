import type { Rulebook } from '../../contracts/rulebook';
import { refusal, type Refusal } from '../refusals';

/** Offerings are those of the edition (source: PC-REQ). `field` is the field of the payload that names them. */
export function refuseOfferings(
  { id, offerings: rows }: Rulebook,
  offerings: readonly string[],
  field = 'offerings',
): Refusal | undefined {
  const known = rows.map(({ code }) => code);
  return refuseUnknown('offering-unknown', id, known, { [field]: offerings });
}

/** Competencies are those of the edition (source: PC-REQ). By field of the payload. */
export function refuseCompetencies(
  { id, competencies: rows }: Rulebook,
  competencies: Record<string, string>,
): Refusal | undefined {
  const known = rows.map(({ code }) => code);
  const named = Object.entries(competencies).map(([field, competency]) => [field, [competency]]);
  return refuseUnknown('competency-unknown', id, known, Object.fromEntries(named) as Record<string, string[]>);
}

function refuseUnknown(
  code: 'offering-unknown' | 'competency-unknown',
  edition: string,
  known: readonly string[],
  named: Record<string, readonly string[]>,
): Refusal | undefined {
  const wrong = Object.entries(named).filter(([, codes]) => codes.some((one) => !known.includes(one)));
  if (wrong.length === 0) return undefined;
  const unknown = new Set(wrong.flatMap(([, codes]) => codes.filter((one) => !known.includes(one))));
  return refusal(
    code,
    `edition ${edition} has no ${[...unknown].join(', ')}`,
    Object.fromEntries(wrong.map(([field]) => [field, `of ${known.join(', ')}`])),
  );
}

/**
 * What is reported has happened, and since the programme began (source: SAVB-TRN, the earliest dated fact). `days` are the
 * days of the payload by field, in the programme's UTC offset.
 */
export function refuseDays(
  { programme: { firstOn } }: Rulebook,
  days: Record<string, string>,
  today: string,
): Refusal | undefined {
  const fieldsOf = (isWrong: (day: string) => boolean, rule: string) =>
    Object.fromEntries(Object.entries(days).flatMap(([field, day]) => (isWrong(day) ? [[field, rule]] : [])));
  const future = fieldsOf((day) => day > today, `at most ${today}`);
  if (Object.keys(future).length > 0) return refusal('dates-out-of-order', 'what is reported has happened', future);
  const early = fieldsOf((day) => day < firstOn, `at least ${firstOn}`);
  if (Object.keys(early).length > 0) return refusal('before-programme', `the programme began on ${firstOn}`, early);
  return undefined;
}
