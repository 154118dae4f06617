import { ConfigError, readConfig } from '../../config/read';
import { workerConfigSchema } from '../../config/worker';

const env = { MONGODB_URI: 'mongodb://127.0.0.1/planning', ALLOW_INSECURE_LOCAL: '1' };
const read = (given: NodeJS.ProcessEnv) => readConfig(workerConfigSchema, { ...env, ...given });

describe('notices', () => {
  test('go nowhere unless a mail server is named', () => {
    const { SMTP_URL, NOTICE_FROM, NOTICE_OPERATORS } = read({});
    expect({ SMTP_URL, NOTICE_FROM, NOTICE_OPERATORS }).toStrictEqual({
      SMTP_URL: undefined,
      NOTICE_FROM: 'planning-services@localhost',
      NOTICE_OPERATORS: undefined,
    });
  });

  test.each(['smtp://localhost', 'smtps://us:p%40ss@mail.example:465', 'smtp://[::1]:25'])(
    'go to %s as it is written',
    (SMTP_URL) => expect(read({ SMTP_URL }).SMTP_URL).toBe(SMTP_URL),
  );

  test.each(['http://mail.example', 'smtp://', 'mail.example:25', 'smtp'])('do not go to %s', (SMTP_URL) =>
    expect(() => read({ SMTP_URL })).toThrow(new ConfigError('SMTP_URL: an smtp or smtps address')),
  );

  test.each(['notices@localhost', 'planning.services+se@mail.contoso.example'])('may come from %s', (NOTICE_FROM) =>
    expect(read({ NOTICE_FROM }).NOTICE_FROM).toBe(NOTICE_FROM),
  );

  test.each([
    'Planning <notices@contoso.example>',
    'one@contoso.example,two@contoso.example',
    'notices',
    '@contoso.example',
    'notices@contoso..example',
    'no@tices@contoso.example',
    'notices@contoso.example\r\nBcc: eve@evil.example',
  ])('may not come from %p', (NOTICE_FROM) =>
    expect(() => read({ NOTICE_FROM })).toThrow(
      new ConfigError('NOTICE_FROM: a mailbox such as operators@contoso.example'),
    ),
  );

  test.each(['NOTICE_OPERATORS', 'NOTICE_ESCALATION'] as const)('are for one mailbox in %s', (variable) => {
    expect(read({})[variable]).toBeUndefined();
    expect(read({ [variable]: 'ops@contoso.example' })[variable]).toBe('ops@contoso.example');
    expect(() => read({ [variable]: 'ops' })).toThrow(
      new ConfigError(`${variable}: a mailbox such as operators@contoso.example`),
    );
  });
});

describe('settlement', () => {
  const settlement = (given: NodeJS.ProcessEnv) => {
    const { SETTLEMENT, BATCH_DAY, BATCH_SIZE, BATCH_DAYS_BEFORE_DUE } = read(given);
    return { SETTLEMENT, BATCH_DAY, BATCH_SIZE, BATCH_DAYS_BEFORE_DUE };
  };

  test('is one payment request per engagement unless told otherwise', () =>
    expect(settlement({})).toStrictEqual({
      SETTLEMENT: 'perEngagement',
      BATCH_DAY: 15,
      BATCH_SIZE: 50,
      BATCH_DAYS_BEFORE_DUE: 7,
    }));

  test('in batches goes by a day of the month, a size, and days before the end of a payment window', () =>
    expect(
      settlement({ SETTLEMENT: 'batched', BATCH_DAY: '28', BATCH_SIZE: '500', BATCH_DAYS_BEFORE_DUE: '1' }),
    ).toStrictEqual({ SETTLEMENT: 'batched', BATCH_DAY: 28, BATCH_SIZE: 500, BATCH_DAYS_BEFORE_DUE: 1 }));

  test.each([
    ['SETTLEMENT', 'monthly', 'Invalid option: expected one of "perEngagement"|"batched"'],
    ['BATCH_DAY', '29', 'a whole number from 1 to 28'],
    ['BATCH_DAY', '0', 'a whole number from 1 to 28'],
    ['BATCH_SIZE', '501', 'a whole number from 1 to 500'],
    ['BATCH_SIZE', '1.5', 'a whole number from 1 to 500'],
    ['BATCH_DAYS_BEFORE_DUE', '60', 'a whole number from 1 to 59'],
    ['BATCH_DAYS_BEFORE_DUE', '-1', 'a whole number from 1 to 59'],
  ])('%s=%s is refused', (variable, value, rule) =>
    expect(() => read({ [variable]: value })).toThrow(new ConfigError(`${variable}: ${rule}`)),
  );
});

describe('reconciliation', () => {
  test('runs at three in the morning unless told otherwise', () => {
    expect(read({}).RECONCILE_AT).toBe('03:00');
    expect(read({ RECONCILE_AT: '23:59' }).RECONCILE_AT).toBe('23:59');
  });

  test.each(['3:00', '24:00', '12:60', '03:00:00', 'noon'])('does not run at %s', (RECONCILE_AT) =>
    expect(() => read({ RECONCILE_AT })).toThrow(new ConfigError('RECONCILE_AT: a time of day such as 03:00')),
  );
});
