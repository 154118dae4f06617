import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { inRepository } from '../../dev/repository';
import { commandsIn, filling, page, partsOf, type Procedure } from './runbook';

/** A rule of deploy/prometheus/alerts.yml. */
interface Rule {
  alert: string;
  expr: string;
}

export const rules = (): Rule[] =>
  (
    parse(readFileSync(inRepository('deploy', 'prometheus', 'alerts.yml'), 'utf8')) as { groups: { rules: Rule[] }[] }
  ).groups.flatMap(({ rules: ofGroup }) => ofGroup);

/** What docs/runbook.md says about one alert. */
export interface AlertProcedure extends Pick<Procedure, 'parts' | 'commands'> {
  alert: string;
  /** As it is written. */
  text: string;
}

/** The procedures of the alerts, in the order of the page. */
export const alertProcedures = (): AlertProcedure[] =>
  [...page().matchAll(/^## Alert (\w+)\n([^]*?)(?=^#{1,2} |$(?![^]))/gm)].map(([, alert = '', text = '']) => ({
    alert,
    text,
    parts: partsOf(text),
    commands: commandsIn(text),
  }));

/** The command of an alert that begins so, as the page has it, with what stands for its `<words>`. */
export function commandOf(alert: string, beginning: string, words: Record<string, string> = {}): string {
  const commands = alertProcedures().find((procedure) => procedure.alert === alert)?.commands ?? [];
  const found = commands.find((command) => command.startsWith(beginning));
  if (found === undefined) throw new Error(`docs/runbook.md has no “${beginning}” for ${alert}`);
  return filling(words)(found);
}

const FUNCTIONS = ['absent', 'sum', 'max', 'by', 'increase', 'rate', 'histogram_quantile'];
const SERIES = /([a-z][a-z_]*)(?:\{([^}]*)\})?/g;

/**
 * The sum of the series that the expression of an alert names first, in metrics as processes tell them; only of those that
 * have `labels`, too. 0 where there are none: so does Prometheus count what has not happened yet.
 */
export function figureOf(alert: string, metrics: string, labels = ''): number {
  const { expr = '' } = rules().find((rule) => rule.alert === alert) ?? {};
  const bare = expr.replace(/by \([^)]*\)/g, ' ');
  const [, name, matchers = ''] = [...bare.matchAll(SERIES)].find(([, word = '']) => !FUNCTIONS.includes(word)) ?? [];
  const wanted = [...`${matchers},${labels}`.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)];
  const fits = (given: string) =>
    wanted.every(([, label, how, value]) => {
      const [, found = ''] = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(given) ?? [];
      return (
        new RegExp(`^(?:${how === '=~' ? value : value!.replace(/[.+]/g, '\\$&')})$`).test(found) === (how !== '!=')
      );
    });
  return [...metrics.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)]
    .filter(([, series, given = '']) => series === name && fits(given))
    .reduce((sum, [, , , value]) => sum + Number(value), 0);
}
