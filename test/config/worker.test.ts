import { ConfigError, readConfig } from '../../config/read';
import { workerConfigSchema } from '../../config/worker';

const env = { MONGODB_URI: 'mongodb://127.0.0.1/planning' };
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

  test.each(['smtp://localhost', 'smtps://us:p%40ss@mail.example:465?tls.rejectUnauthorized=false', 'smtp://[::1]:25'])(
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

  test('are for one mailbox of the operators', () => {
    expect(read({ NOTICE_OPERATORS: 'ops@contoso.example' }).NOTICE_OPERATORS).toBe('ops@contoso.example');
    expect(() => read({ NOTICE_OPERATORS: 'ops' })).toThrow(
      new ConfigError('NOTICE_OPERATORS: a mailbox such as operators@contoso.example'),
    );
  });
});
