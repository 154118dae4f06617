import type { Rulebook } from '../../contracts/rulebook';
import { REFUSALS } from '../../domain/refusals';
import type { RulebookLibrary } from '../../records/rulebooks';
import { code, table } from './markdown';
import { SOURCES } from './sources';

/** Rules of the rulebook that stand on a source of their own. */
type RuleName = {
  [Name in keyof Rulebook]: Rulebook[Name] extends { source: string } | { source: string }[] ? Name : never;
}[keyof Rulebook];

/** How each rule reads, by its name in the data; engagement types and competencies have tables of their own. */
type Wording = {
  [Name in Exclude<RuleName, 'competencies'>]: [title: string, value: (rule: Rulebook[Name]) => string];
};

const days = (list: readonly number[]): string => `${list.join(', ')} days`;
const between = (first: string | undefined, last: string | undefined): string =>
  `${first ?? 'the beginning'} to ${last ?? 'further notice'}`;

const WORDING: Wording = {
  programme: ['The programme begins', ({ firstOn }) => firstOn],
  complianceTraining: [
    'Compliance training of the company',
    ({ required }) => (required ? 'required' : 'not asked for'),
  ],
  membership: [
    'The membership is renewed before enrolling',
    ({ renewBeforeDays }) => `within ${renewBeforeDays} days of its end`,
  ],
  enrollment: [
    'Enrollment is renewed every year',
    ({ renewalOpensDaysBefore, remindDaysBefore }) =>
      `from ${renewalOpensDaysBefore} days before its end; reminders ${days(remindDaysBefore)} before`,
  ],
  competencyExpiry: ['A competency runs out', ({ taskDaysBefore }) => `task ${taskDaysBefore} days before`],
  serviceLevels: ['Service levels', (rule) => days(rule.days)],
  assignWindow: ['Vouchers are assigned', ({ firstOn, lastOn }) => between(firstOn, lastOn)],
  voucherAwaited: [
    'A voucher is awaited',
    ({ remindAfterDays, taskAfterDays }) => `reminders after ${days(remindAfterDays)}; task after ${taskAfterDays}`,
  ],
  voucherValidity: ['A voucher is valid', (rule) => `${rule.days} days`],
  extensions: [
    'Extensions Microsoft granted to all',
    (rules) =>
      rules.map(({ assignedBefore, addDays }) => `${addDays} days if assigned before ${assignedBefore}`).join('; ') ||
      'none',
  ],
  expiry: [
    'A voucher runs out',
    ({ remindDaysBefore, recordingGraceDays }) =>
      `reminders ${days(remindDaysBefore)} before; ${recordingGraceDays} days to record what was done in time`,
  ],
  returnOfDays: [
    'Days of a voucher that ran out return to the customer',
    ({ through }) => `while its licence enrollment runs${through === undefined ? '' : `, through ${through}`}`,
  ],
  lastRedemption: ['Last day to redeem', ({ on }) => on ?? 'none'],
  fifteenDayRule: [
    'A second engagement of 15 days of one type for a customer',
    () => 'only for another division or other products',
  ],
  offSite: [
    'Days off site',
    ({ maxDays, remoteThrough }) =>
      `${maxDays} at most${remoteThrough === undefined ? '' : `, besides those through ${remoteThrough}`}`,
  ],
  paymentWindow: [
    'The payment request is complete',
    ({ days: window, remindDaysBefore, taskDaysBefore }) =>
      `${window} days after redemption; reminders ${days(remindDaysBefore)} before, task ${taskDaysBefore} before`,
  ],
  paymentExpectation: ['Microsoft pays', (rule) => `${rule.days} days after approval`],
  retirements: ['No longer offered', (rules) => rules.map(({ name, on }) => `${name} from ${on}`).join('; ') || 'none'],
};

/** `docs/rules.md`: every rule of every edition, and every no, as they stand in the data. */
export function rulesPage(library: RulebookLibrary): string {
  const editions = library.ids().map((id) => library.edition(id));
  return `${[
    '# The rules',
    'Generated from `domain/rulebook/editions` and `domain/refusals.ts` by `npm run docs`; a test checks that it is current. An engagement follows the edition it began with until it adopts another (`adoptRules`); a partner follows the current one (`RULEBOOK`).',
    '## Editions',
    table(
      ['edition', 'title', 'agreement'],
      editions.map(({ id, title, agreementVersion }) => [code(id), title, agreementVersion]),
    ),
    '## Rules',
    'A window’s last day counts to its end.',
    table(['rule', ...editions.map(({ id }) => code(id)), 'source'], ruleRows(editions)),
    '## Engagement types',
    ...perEdition(editions, engagementTypes),
    '## What proves a competency',
    'A consultant holds one of these; what is joined by “with” counts together only.',
    ...perEdition(editions, competencies),
    '## Refusals',
    'Every no names its code; `/problems/{code}` shows the same.',
    table(
      ['code', 'status', 'rule', 'source', 'next step'],
      Object.entries(REFUSALS).map(([name, { status, rule, source, nextStep }]) => [
        code(name),
        String(status),
        rule,
        source,
        nextStep,
      ]),
    ),
    '## Sources',
    table(['short', 'source'], Object.entries(SOURCES)),
  ].join('\n\n')}\n`;
}

function ruleRows(editions: readonly Rulebook[]): string[][] {
  const names = Object.keys(WORDING) as (keyof Wording)[];
  const row = <Name extends keyof Wording>(name: Name): string[] => {
    const [title, value]: Wording[Name] = WORDING[name];
    return [title, ...editions.map((edition) => value(edition[name])), sourceOf(editions, name)];
  };
  return [
    ...names.map(row),
    [
      'What is left undone is closed',
      ...editions.map(({ closingDays }) => `${closingDays} days after the end`),
      'service',
    ],
  ];
}

/** The source, or each edition's own where they differ. */
function sourceOf(editions: readonly Rulebook[], name: keyof Wording): string {
  const sources = editions.map((edition) =>
    [edition[name]]
      .flat()
      .map(({ source }) => source)
      .join('; '),
  );
  const [first = '', ...others] = sources;
  return others.every((source) => source === first)
    ? first
    : editions.map(({ id }, index) => `${id}: ${sources[index]}`).join('. ');
}

/** One table for all editions that agree. */
function perEdition(editions: readonly Rulebook[], tableOf: (rulebook: Rulebook) => string): string[] {
  const shown = new Map<string, string[]>();
  for (const edition of editions)
    shown.set(tableOf(edition), [...(shown.get(tableOf(edition)) ?? []), code(edition.id)]);
  return [...shown].flatMap(([text, ids]) => [`In ${ids.join(' and ')}:`, text]);
}

function engagementTypes({ engagementTypes: rows, offerings, competencies: known }: Rulebook): string {
  const nameOf = (list: readonly { code: string; name: string }[], wanted: string) =>
    list.find((entry) => entry.code === wanted)?.name ?? wanted;
  return table(
    ['engagement type', 'code', 'offering', 'competency', 'tier', 'offered'],
    rows.map((row) => [
      row.name,
      code(row.code),
      `${row.offering} ${nameOf(offerings, row.offering)}`,
      row.competencies.map((competency) => nameOf(known, competency)).join(' or '),
      row.tiers.join(' or '),
      between(row.validFrom, row.validThrough),
    ]),
  );
}

const competencies = ({ competencies: rows }: Rulebook): string =>
  table(
    ['competency', 'code', 'one of', 'source'],
    rows.map(({ name, code: short, assessments, source }) => [
      name,
      code(short),
      assessments.map((set) => set.join(' with ')).join(', ') || 'nothing is asked',
      source,
    ]),
  );
