import { BATCH_MESSAGE_HELP, type RoutedBatchMessage } from '../../client/wording/batchMessages';
import { MESSAGE_HELP, START_EXAMPLE, type RoutedMessage } from '../../client/wording/messages';
import { PARTNER_MESSAGE_HELP, type RoutedPartnerMessage } from '../../client/wording/partnerMessages';
import { readPayload } from '../../client/cli/payload';
import { withSetArguments } from '../../client/cli/payloadOptions';
import { batchPayloadSchemas } from '../../contracts/batch';
import { startRequestSchema } from '../../contracts/engagement';
import { payloadSchemas } from '../../contracts/messages';
import { PARTNER_PUTS, partnerPayloadSchemas } from '../../contracts/partner';
import { loadRulebooks } from '../../records/rulebooks';
import { run } from './cliSupport';

const commands = [
  'start',
  'list',
  'show',
  'why',
  'watch',
  'send',
  'upload',
  'invoice',
  'sheet',
  'extend',
  'partner',
  'checklist',
  'webhooks',
  'batches',
  'batch',
  'tasks',
  'resolve',
  'claim',
  'release',
  'views',
  'reconcile',
  'audit',
  'keys',
  'forget',
  'token',
  'completion',
];
const messages = Object.keys(MESSAGE_HELP) as RoutedMessage[];
const partnerMessages = Object.keys(PARTNER_MESSAGE_HELP) as RoutedPartnerMessage[];
const batchMessages = Object.keys(BATCH_MESSAGE_HELP) as RoutedBatchMessage[];
const help = async (...args: string[]) => {
  const { code, stdout, stderr } = await run([...args, '--help']);
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
  return stdout;
};

test('help lists every command, the variables and the exit codes', async () => {
  const text = await help();
  for (const word of [...commands, 'API_URL', 'ENGAGEMENTS_TOKEN', 'OIDC_ISSUER', 'NO_COLOR', '3 not reachable'])
    expect(text).toContain(word);
});

test.each(commands)('help of %s has examples that use it', async (command) =>
  expect(await help(command)).toMatch(new RegExp(`Examples:\\n(.*\\n)*.*engagements ${command}`)),
);

/** They print one thing, as it is. */
const PRINTING_ONE_THING = ['token', 'sheet', 'completion'];
const GROUPS = ['send', 'partner', 'batch', 'webhooks', 'audit', 'keys'];
const answering = commands.filter((command) => ![...PRINTING_ONE_THING, ...GROUPS].includes(command));

test.each(answering)('%s answers a program in JSON', async (command) =>
  expect(await help(command)).toContain('--json'),
);

test.each(['send addNote', 'partner show', 'partner addLocation', 'batch timeline', 'batch sendBatch'])(
  '%s answers a program in JSON',
  async (command) => expect(await help(...command.split(' '))).toContain('--json'),
);

test.each(messages)('help of send %s lists its fields and an example its contract accepts', async (message) => {
  const text = await help('send', message);
  for (const field of Object.keys(payloadSchemas[message].shape))
    expect(text).toMatch(new RegExp(`^  ${field}[. ]`, 'm'));
  const { example } = MESSAGE_HELP[message];
  expect(text).toContain(withSetArguments(`engagements send ${message} E-1001`, example));
  expect(await readPayload(payloadSchemas[message], { set: assignmentsIn(text) })).toStrictEqual(example);
});

test.each(partnerMessages)(
  'help of partner %s lists its fields and an example its contract accepts',
  async (message) => {
    const text = await help('partner', message);
    for (const field of Object.keys(partnerPayloadSchemas[message].shape))
      expect(text).toMatch(new RegExp(`^  ${field}[. ]`, 'm'));
    const { example } = PARTNER_MESSAGE_HELP[message];
    expect(text).toContain(withSetArguments(`engagements partner ${message} contoso-services`, example));
    expect(await readPayload(partnerPayloadSchemas[message], { set: assignmentsIn(text) })).toStrictEqual(example);
  },
);

test.each(batchMessages)('help of batch %s lists its fields and an example its contract accepts', async (message) => {
  const text = await help('batch', message);
  for (const field of Object.keys(batchPayloadSchemas[message].shape))
    expect(text).toMatch(new RegExp(`^  ${field}[. ]`, 'm'));
  const { example } = BATCH_MESSAGE_HELP[message];
  expect(text).toContain(withSetArguments(`engagements batch ${message} DDPS-SE-0b5d2c9f1e-3`, example));
  expect(await readPayload(batchPayloadSchemas[message], { set: assignmentsIn(text) })).toStrictEqual(example);
});

test('help of extend tells what makes two extensions two', async () =>
  expect(await help('extend')).toContain(
    'Another count is another extension, and so is another day with a reason of its own.',
  ));

test('a key is offered where one is needed: a PUT names itself by what it says', async () => {
  const withKey = await Promise.all(
    partnerMessages.map(async (message) => ((await help('partner', message)).includes('--key') ? [message] : [])),
  );
  expect(withKey.flat().sort()).toStrictEqual(
    partnerMessages.filter((message) => !PARTNER_PUTS.includes(message)).sort(),
  );
});

test('what the examples of a partner name is in the rules', () => {
  const { offerings, competencies, agreementVersion } = loadRulebooks().edition('2020-06');
  const { recordCompetency, recordConsultant, enrollInOfferings, renewEnrollment, ...others } = PARTNER_MESSAGE_HELP;
  const named = [
    recordCompetency.example.competency,
    ...recordConsultant.example.assessments.map(({ competency }) => competency),
    ...enrollInOfferings.example.offerings,
    ...renewEnrollment.example.offerings,
    ...others.updateBusinessProfile.example.offerings,
    others.withdrawFromOffering.example.offering,
    others.registerWithSavb.example.offering,
  ];
  expect([...offerings, ...competencies].map(({ code }) => code)).toEqual(expect.arrayContaining(named));
  expect(others.signAgreement.example.agreementVersion).toBe(agreementVersion);
});

test.each(['show', 'why', 'timeline'])('help of partner %s has an example', async (command) =>
  expect(await help('partner', command)).toContain(`Examples:\n  engagements partner ${command} contoso-services`),
);

test.each(['show', 'why', 'timeline'])('help of batch %s has an example', async (command) =>
  expect(await help('batch', command)).toContain(`Examples:\n  engagements batch ${command} DDPS-SE-0b5d2c9f1e-3`),
);

test('the example of start is one its contract accepts', async () =>
  expect(await readPayload(startRequestSchema, { set: assignmentsIn(await help('start')) })).toStrictEqual(
    START_EXAMPLE,
  ));

/** What a shell would make of the `--set` arguments of an example. */
const assignmentsIn = (text: string): string[] =>
  [...text.matchAll(/^ {4}--set ('?)(.*?)\1( \\)?$/gm)].map(([, , assignment = '']) => assignment);

describe('completion', () => {
  /** The library writes by itself, to the console. */
  async function written(...args: string[]): Promise<string[]> {
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      expect(await run(args)).toStrictEqual({ code: 0, stdout: '', stderr: '' });
      return log.mock.calls.map(([line]) => String(line));
    } finally {
      log.mockRestore();
    }
  }
  const offered = async (...words: string[]) =>
    (await written('complete', '--', ...words))
      .map((line) => line.split('\t')[0]!)
      .filter((word) => !word.startsWith(':'));

  test('offers commands, messages and options', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(commands));
    expect(await offered('send', 'add')).toStrictEqual(['addNote']);
    expect(await offered('partner', '')).toEqual(
      expect.arrayContaining(['show', 'why', 'timeline', ...partnerMessages]),
    );
    expect(await offered('send', 'addNote', '--')).toEqual(
      expect.arrayContaining(['--set', '--file', '--json', '--key']),
    );
  });

  test('offers the values an option takes', async () =>
    expect(await offered('list', '--stage', 'payment')).toStrictEqual([
      'paymentRequested',
      'paymentApproved',
      'paymentDenied',
      'paymentLapsed',
    ]));

  test.each(['bash', 'zsh', 'fish', 'powershell'])('has a script for %s that asks this program', async (shell) =>
    expect((await written('completion', shell)).join('\n')).toMatch(/engagements complete '?--/),
  );

  test('of another shell there is none', async () =>
    expect(await run(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '' }));
});

test('every message that has a route is in the help', () =>
  expect(messages.sort()).toStrictEqual(
    Object.keys(payloadSchemas)
      .filter((name) => !['eligibilityChanged', 'resolveTask', 'claimTask', 'releaseTask'].includes(name))
      .sort(),
  ));
