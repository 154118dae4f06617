import { z } from 'zod';
import { ConfigError, durationSchema, portSchema, readConfig, urlSchema } from '../../config/read';

const schema = z.object({
  API_PORT: portSchema.default(4000),
  API_VERDICT_TIMEOUT: durationSchema.default(4_000),
  SAVB_URL: urlSchema.optional(),
  SAVB_TOKEN: z.string(),
});

const refusal = (env: NodeJS.ProcessEnv) => {
  try {
    readConfig(schema, env);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('settings of a process', () => {
  test('are read by their variables, anything else in the environment is not looked at', () =>
    expect(
      readConfig(schema, {
        API_PORT: '0',
        API_VERDICT_TIMEOUT: '250ms',
        SAVB_URL: 'https://savb.example/bridge',
        SAVB_TOKEN: 'dev',
        HOME: '/',
      }),
    ).toStrictEqual({
      API_PORT: 0,
      API_VERDICT_TIMEOUT: 250,
      SAVB_URL: 'https://savb.example/bridge',
      SAVB_TOKEN: 'dev',
    }));

  test('have defaults, which a variable set to nothing takes too', () =>
    expect(readConfig(schema, { API_PORT: '', SAVB_TOKEN: 'dev' })).toStrictEqual({
      API_PORT: 4000,
      API_VERDICT_TIMEOUT: 4_000,
      SAVB_TOKEN: 'dev',
    }));

  test('come from the environment of this process unless told otherwise', () =>
    expect(readConfig(z.object({ PATH: z.string() }))).toStrictEqual({ PATH: process.env['PATH'] }));

  test('that are wrong are all named in one line, without their values', () => {
    const error = refusal({ API_PORT: 'secret', SAVB_URL: 'ftp://secret' });
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message).toBe(
      'API_PORT: a port number from 0 to 65535; SAVB_URL: an http or https address; SAVB_TOKEN: must be set',
    );
  });

  test.each(['65536', '-1', '4000.5', '0x10', ' 80', '123456'])('refuse %p as a port', (text) =>
    expect(refusal({ SAVB_TOKEN: 'dev', API_PORT: text })).toStrictEqual(
      new ConfigError('API_PORT: a port number from 0 to 65535'),
    ),
  );
});

describe('a duration', () => {
  test.each([
    ['250ms', 250],
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['15 min', 900_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
  ])('%s is %d milliseconds', (text, milliseconds) => expect(durationSchema.parse(text)).toBe(milliseconds));

  test.each(['4000', 's', '-1s', '1 week', '1h30m', ''])('%p is refused', (text) =>
    expect(durationSchema.safeParse(text).success).toBe(false),
  );
});
