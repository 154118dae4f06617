import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import '../../client/api/figures';
import { registry as apiRegistry } from '../../client/api/metrics';
import { inRepository } from '../../dev/repository';
import { createWorkerMetrics } from '../../worker/metrics';
import { run, startApi } from '../client/cliSupport';
import { isThere, type NamedTest } from '../support/namedTests';
import { alertProcedures, figureOf, rules } from './alerts';
import { filling, PARTS, wordsOf } from './runbook';

/** Which test makes the cause of an alert real and does what the runbook says. */
const onServers = (title: string): NamedTest => ({ file: 'test/rehearsals/alerts.servers.test.ts', title });
const inTime = (title: string): NamedTest => ({ file: 'test/rehearsals/alertsInTime.servers.test.ts', title });
const REHEARSALS: Record<string, NamedTest> = {
  WorkerDown: onServers('WorkerDown: the worker died'),
  ApiDown: onServers('ApiDown: the API died'),
  WorkerPartMissing: onServers('WorkerPartMissing and ApiPartMissing: Temporal is away'),
  ApiPartMissing: onServers('WorkerPartMissing and ApiPartMissing: Temporal is away'),
  FiguresMissing: onServers('FiguresMissing, AuditWaits and ApiFails: MongoDB is away'),
  DeadlinesNotKept: inTime('DeadlinesNotKept: the workflow was lost before its deadline'),
  WorkflowTasksFail: onServers('WorkflowTasksFail: the worker lacks the keys of payloads'),
  SettlementUnknown: onServers('SavbAnswersUnclear and SettlementUnknown: SAVB breaks off three times'),
  SavbAnswersUnclear: onServers('SavbAnswersUnclear and SettlementUnknown: SAVB breaks off three times'),
  SavbRefusesUs: onServers('SavbRefusesUs: the worker has a token that has ended'),
  SavbAway: onServers('SavbAway: SAVB died'),
  SavbSlow: { file: 'test/rehearsals/savbSlow.test.ts', title: 'SavbSlow: a call takes longer than ten seconds' },
  PaymentAtRisk: inTime('PaymentAtRisk: nobody submitted by hand until the 60 days were nearly over'),
  RedeemedNotSubmitted: inTime('RedeemedNotSubmitted: nobody submitted by hand for four days'),
  RecordsDiffer: onServers('RecordsDiffer: SAVB has a payment request that nobody recorded'),
  TasksOverdue: inTime('TasksOverdue: nobody did what was due'),
  AuditWaits: onServers('FiguresMissing, AuditWaits and ApiFails: MongoDB is away'),
  ApiFails: onServers('FiguresMissing, AuditWaits and ApiFails: MongoDB is away'),
  ApiSlow: onServers('ApiSlow: MongoDB does not get on'),
  RefusalsRise: onServers('RefusalsRise: a machine sends the same mistake again and again'),
  NoticesNotSent: onServers('NoticesNotSent: the mail server takes nothing'),
  WebhooksFail: onServers('WebhooksFail: the endpoint of a partner answers 500'),
};

const alerts = rules().map(({ alert }) => alert);
const procedures = alertProcedures();

test('each alert has its section in the runbook, in the order of the rules, with all four parts', () => {
  expect(procedures.map(({ alert }) => alert)).toStrictEqual(alerts);
  for (const { alert, parts } of procedures)
    expect([alert, ...PARTS.filter((part) => !/\w/.test(parts[part] ?? ''))]).toStrictEqual([alert]);
});

test('each has one block of commands at most', () => {
  const blocks = procedures.map(({ alert, text }) => ({ alert, count: text.split('```sh').length - 1 }));
  expect(blocks.filter(({ count }) => count > 1)).toStrictEqual([]);
});

test('each is rehearsed by a test that there is', () => {
  expect(Object.keys(REHEARSALS)).toStrictEqual(alerts);
  for (const [alert, rehearsal] of Object.entries(REHEARSALS))
    expect([alert, rehearsal.title.includes(alert), isThere(rehearsal)]).toStrictEqual([alert, true, true]);
});

describe('a command of the runbook can be given as it stands', () => {
  const commands = procedures.flatMap(({ commands: ofAlert }) => ofAlert);
  const named = (program: string) => commands.filter((command) => command.startsWith(program));
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi();
    api.answers({ status: 500, body: {} });
  });
  afterAll(() => api.stop());

  /** What somebody may put in. */
  const words = {
    ...{ engagementId: 'E-1', partnerId: 'contoso', endpointId: 'we-0123456789abcdef', keyId: 'key-0123456789abcdef' },
    ...{ taskId: 'E-1:voucherMissing:1', resolution: 'keepWaiting', now: '2020-07-10T12:00:00Z', number: '7001234567' },
    ...{ whoSaidSo: "'the helpdesk'", what: "'cancelled there'", code: 'forbidden' },
  };

  test.each([...new Set(named('engagements '))])('%s', async (command) => {
    // It went as far as the API: its options and arguments were right.
    const { code, stderr } = await run(wordsOf(filling(words)(command)), {
      API_URL: api.url,
      ENGAGEMENTS_TOKEN: 'mine',
    });
    expect({ code, stderr }).toMatchObject({ code: 1 });
  });

  test('npm has the script, compose has the service', () => {
    const { scripts } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')) as { scripts: object };
    for (const command of named('npm run ')) expect(scripts).toHaveProperty([command.split(' ')[2]!]);
    const { services } = parse(readFileSync(inRepository('docker-compose.yml'), 'utf8')) as { services: object };
    const composed = commands.flatMap((command) => /docker compose (?:up|logs) (.+)$/.exec(command)?.[1] ?? []);
    for (const given of composed)
      for (const service of given
        .replace(/-d|--force-recreate|--since 15m/g, '')
        .trim()
        .split(/\s+/))
        expect(Object.keys(services)).toContain(service);
    const others = commands.filter(
      (command) => !/^(?:engagements |npm run |(?:SAVB_TOKEN=<token> )?docker compose )/.test(command),
    );
    expect(others).toStrictEqual([]);
  });
});

test('each metric that the runbook names is one that alerts ask for or that processes tell', async () => {
  const told = (await Promise.all([apiRegistry, createWorkerMetrics().registry].map((one) => one.getMetricsAsJSON())))
    .flat()
    .flatMap(({ name }) => [name, `${name}_count`, `${name}_bucket`]);
  const asked = rules().flatMap(({ expr }) => expr.match(/[a-z]+(?:_[a-z]+)+/g) ?? []);
  const named = procedures.flatMap(({ text }) => [...text.matchAll(/`([a-z]+(?:_[a-z]+)+)[`{]/g)]);
  expect(named.length).toBeGreaterThan(20);
  for (const [, name] of named) expect([...told, ...asked]).toContain(name);
});

test('the figure of an alert is the sum of what its expression names first', () => {
  const calls = [
    'savb_call_duration_seconds_count{operation="submit",outcome="AUTH"} 2',
    'savb_call_duration_seconds_count{operation="status",outcome="AUTH"} 1',
    'savb_call_duration_seconds_count{operation="submit",outcome="UNKNOWN"} 4',
    'savb_call_duration_seconds_count{operation="submit",outcome="SUCCESS"} 8',
    'worker_notices_total{outcome="sent"} 16',
    'worker_notices_total{outcome="refused"} 32',
    'planning_figures_up 1',
  ].join('\n');
  const figures = [
    'SavbRefusesUs',
    'SavbAnswersUnclear',
    'SavbAway',
    'NoticesNotSent',
    'FiguresMissing',
    'TasksOverdue',
  ];
  expect(figures.map((alert) => figureOf(alert, calls))).toStrictEqual([3, 4, 4, 32, 1, 0]);
  expect(figureOf('SavbRefusesUs', calls, 'operation="submit"')).toBe(2);
});
