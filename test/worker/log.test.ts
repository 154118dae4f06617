import { ApplicationFailure } from '@temporalio/common';
import { createLogger } from '../../worker/log';

type Line = Record<string, unknown>;

function logged(level: 'INFO' | 'WARN', message: string, meta?: Record<string, unknown>): Line[] {
  const lines: string[] = [];
  createLogger('INFO', (line) => lines.push(line)).log(level, message, meta);
  return lines.map((line) => JSON.parse(line) as Line);
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

test('a line says what happened to which engagement, by which run, and to which message', () => {
  const meta = {
    workflowId: 'engagement:E-1',
    runId: 'r-1',
    message: 'reserveVoucher',
    correlationId: 'c0ffee',
    ms: 3,
  };
  expect(logged('INFO', 'answered', meta)).toStrictEqual([
    { level: 'INFO', time, msg: 'answered', engagementId: 'E-1', ...meta },
  ]);
});

test.each([
  ['partner:contoso', { partnerId: 'contoso' }],
  ['batch:DDPS-SE-1', { batchId: 'DDPS-SE-1' }],
  ['reconciliation:daily-2020-07-10T03:00:00Z', {}],
  ['constructor', {}],
])('the workflow %s is told by what it is about', (workflowId, named) => {
  expect(logged('INFO', 'x', { workflowId })).toStrictEqual([{ level: 'INFO', time, msg: 'x', workflowId, ...named }]);
});

test('whatever else is handed to it stays out: arguments, headers, what somebody typed', () => {
  const meta = {
    signal: 'Vera Lind',
    args: [{ text: 'Vera Lind' }],
    taskToken: 'dG9rZW4=',
    headers: { a: 'Vera Lind' },
  };
  expect(logged('WARN', 'no message has this name', meta)).toStrictEqual([
    { level: 'WARN', time, msg: 'no message has this name' },
  ]);
});

test('an error is told with its causes, without details and without mailboxes', () => {
  const failure = ApplicationFailure.create({
    message: '550 vera@fabrikam.example is unknown',
    type: 'NoticesDeferred',
    details: [{ text: 'Vera Lind' }],
    cause: new Error('no'),
  });
  const [line] = logged('WARN', 'to vera@fabrikam.example', { error: failure });
  expect(line).toMatchObject({
    msg: 'to a mailbox',
    err: { type: 'ApplicationFailure', message: '550 a mailbox is unknown', cause: { type: 'Error', message: 'no' } },
  });
  expect(JSON.stringify(line)).not.toMatch(/Vera|vera@/);
});

test('what is below the level is not said', () => {
  const lines: string[] = [];
  createLogger('WARN', (line) => lines.push(line)).info('x');
  expect(lines).toStrictEqual([]);
});
