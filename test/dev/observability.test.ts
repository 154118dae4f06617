import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import '../../client/api/figures';
import { registry as apiRegistry } from '../../client/api/metrics';
import { FINAL_STAGES, PAYMENT_STATUSES, STAGES, TASK_KINDS } from '../../contracts/names';
import { code, table } from '../../dev/docs/markdown';
import { installedPromtool } from '../../dev/provision/promtool';
import { inRepository } from '../../dev/repository';
import { createWorkerMetrics } from '../../worker/metrics';

const textOf = (...file: string[]): string => readFileSync(inRepository(...file), 'utf8');

interface Measured {
  name: string;
  help: string;
  type: string;
  labels: string[];
  process: string;
}

/** What our processes measure of their own; what prom-client measures of every process is left out. */
async function measured(): Promise<Measured[]> {
  const registries = { API: apiRegistry, worker: createWorkerMetrics().registry };
  const lists = Object.entries(registries).map(async ([process, registry]) =>
    (await registry.getMetricsAsJSON())
      .filter(({ name }) => !/^(process|nodejs)_/.test(name))
      .map(({ name, help, type }) => {
        const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames: string[] };
        return { name, help, type: String(type), labels: labelNames, process };
      }),
  );
  return (await Promise.all(lists)).flat();
}

test('docs/observability.md lists every metric as it is', async () => {
  const rows = (await measured()).map(({ name, help, type, labels, process }) => [
    code(name),
    type,
    labels.map(code).join(', '),
    process,
    help,
  ]);
  const expected = table(['metric', 'type', 'labels', 'process', 'what it says'], rows);
  expect(textOf('docs', 'observability.md').split(/\n\n+/)).toContain(expected);
});

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: Record<string, string>;
}

const alerts = (): Rule[] =>
  (parse(textOf('deploy', 'prometheus', 'alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  );

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

const dashboard = (): Panel[] =>
  (JSON.parse(textOf('deploy', 'grafana', 'planning-services.json')) as { panels: Panel[] }).panels;

/** Everything that rules and dashboard ask of Prometheus, by where it stands. */
const questions = (): [where: string, expr: string][] => [
  ...alerts().map(({ alert, expr }): [string, string] => [alert, expr]),
  ...dashboard().flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
];

const WORDS = ['sum', 'max', 'min', 'by', 'absent', 'rate', 'increase', 'histogram_quantile'];

/** The metrics that a question names. */
function metricsIn(expr: string): string[] {
  const bare = expr.replace(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, ' ');
  return (bare.match(/[a-z_]\w*/g) ?? []).filter((word) => !WORDS.includes(word));
}

/** What every Prometheus, every Node process and Temporal's core bring. */
function comesFromOthers(name: string): boolean {
  return name === 'up' || name === 'process_resident_memory_bytes' || temporalNames().includes(name);
}

let core: Buffer | undefined;

/** Names that the SDK's core knows how to count. */
function temporalNames(): string[] {
  const releases = path.join(path.dirname(require.resolve('@temporalio/core-bridge/package.json')), 'releases');
  const [release = ''] = readdirSync(releases);
  core ??= readFileSync(path.join(releases, release, 'index.node'));
  return ['workflow_task_execution_failed'].filter((name) => core!.includes(name)).map((name) => `temporal_${name}`);
}

describe('alerts and dashboard', () => {
  test.each(questions())('“%s” asks for metrics and labels that there are: %s', async (_where, expr) => {
    const ours = await measured();
    for (const name of metricsIn(expr)) {
      const found = ours.find((metric) => metric.name === name.replace(/_(bucket|count|sum)$/, ''));
      const isSeries = found && (found.type === 'histogram') === (name !== found.name);
      expect([name, isSeries === true || comesFromOthers(name)]).toStrictEqual([name, true]);
    }
    const known = [...ours.flatMap(({ labels }) => labels), 'le', 'job', 'workflow_type'];
    const asked = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(/, ?/));
    const matched = [...expr.matchAll(/(\w+)(?:=~|!=|!~|=)"/g)].map(([, label]) => label!);
    expect(known).toEqual(expect.arrayContaining([...asked, ...matched]));
  });

  // What is born with its first event is no increase to Prometheus.
  test.each(
    questions()
      .flatMap(([where, expr]) =>
        [...expr.matchAll(/increase\((\w+)(?:\{([^}]*)\})?/g)].map((found) => ({ where, found })),
      )
      .filter(({ found: [, name = ''] }) => !comesFromOthers(name))
      .map(({ where, found: [, name = '', matchers = ''] }) => [where, name, matchers] as const),
  )('“%s” counts what is there, at 0, when a process begins: %s{%s}', async (_where, name, matchers) => {
    const text = await createWorkerMetrics().registry.metrics();
    const wanted = matchers.split(',').filter((matcher) => !matcher.includes('!='));
    const series = text.split('\n').filter((line) => line.startsWith(`${name}{`));
    expect(
      series.filter((line) => line.endsWith(' 0') && wanted.every((matcher) => line.includes(matcher))),
    ).not.toEqual([]);
  });

  test('ask for stages and kinds of the programme alone', () => {
    const said = questions().flatMap(([, expr]) => [...expr.matchAll(/(?:kind|stage|status)=~?"([a-z|A-Z]+)"/g)]);
    const words = said.flatMap(([, value]) => value!.split('|'));
    expect(words.length).toBeGreaterThan(0);
    expect([...STAGES, ...FINAL_STAGES, ...TASK_KINDS, ...PAYMENT_STATUSES]).toEqual(expect.arrayContaining(words));
  });

  test('each has a severity, says what it means, and leads to its place in the runbook', () => {
    for (const { alert, labels, annotations } of alerts()) {
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(annotations).toStrictEqual({
        summary: expect.stringMatching(/\w/) as string,
        description: expect.stringMatching(/\.$/) as string,
        runbook_url: `docs/runbook.md#alert-${alert.toLowerCase()}`,
      });
    }
  });
});

test('each alert has a unit test of its own: it fires when it should', () => {
  const { tests } = parse(textOf('deploy', 'prometheus', 'alerts.test.yml')) as { tests: { name: string }[] };
  const tested = new Set(tests.flatMap(({ name }) => /^(\w+): /.exec(name)?.[1] ?? []));
  expect([...tested].filter((name) => name !== 'all')).toStrictEqual(alerts().map(({ alert }) => alert));
});

test('where there is a promtool, it finds no fault with the rules, and each fires when it should', async () => {
  const promtool = await installedPromtool();
  if (promtool === undefined) return;
  const run = (...args: string[]) =>
    promisify(execFile)(promtool, args, { cwd: inRepository('deploy', 'prometheus') }).then(({ stdout }) => stdout);
  expect(await run('check', 'config', 'prometheus.yml')).toContain(`${alerts().length} rules found`);
  expect(await run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
});
