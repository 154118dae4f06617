import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '../../config/read';
import { readTemporalConfig } from '../../config/temporal';

/** No file of whoever runs the tests counts. */
const nowhere = { HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere', ALLOW_INSECURE_LOCAL: '1' };

test('without settings it is the local server, uncompressed', () =>
  expect(readTemporalConfig(nowhere)).toStrictEqual({
    namespace: 'default',
    connection: {
      address: 'localhost:7233',
      apiKey: undefined,
      tls: undefined,
      metadata: undefined,
      grpcCompression: { codec: 'none' },
    },
  }));

test('the variables of the ecosystem are honoured; an API key means TLS', () =>
  expect(
    readTemporalConfig({
      ...nowhere,
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'engagements',
      TEMPORAL_API_KEY: 'secret',
    }),
  ).toStrictEqual({
    namespace: 'engagements',
    connection: {
      address: 'temporal.example:7233',
      apiKey: 'secret',
      tls: true,
      metadata: undefined,
      grpcCompression: { codec: 'gzip' },
    },
  }));

test('a variable set to nothing counts as not set', () =>
  expect(readTemporalConfig({ ...nowhere, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' })).toMatchObject({
    namespace: 'default',
    connection: { address: 'localhost:7233' },
  }));

test('a profile file is read, and variables go before it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-profile-'));
  const file = path.join(folder, 'temporal.toml');
  await writeFile(file, '[profile.default]\naddress = "from.file:7233"\nnamespace = "filed"\ntls = {}\n');
  const env = { ...nowhere, TEMPORAL_CONFIG_FILE: file, TEMPORAL_NAMESPACE: 'set' };
  expect(readTemporalConfig(env)).toMatchObject({ namespace: 'set', connection: { address: 'from.file:7233' } });
  await rm(folder, { recursive: true });
});

test.each([
  [{ TEMPORAL_ADDRESS: 'http://localhost:7233' }, 'TEMPORAL_ADDRESS: a host and port such as localhost:7233'],
  [{ TEMPORAL_ADDRESS: 'localhost' }, 'TEMPORAL_ADDRESS: a host and port such as localhost:7233'],
  [{ TEMPORAL_NAMESPACE: 'two words' }, 'TEMPORAL_NAMESPACE: a name without spaces'],
  [{ TEMPORAL_PROFILE: 'absent' }, "TEMPORAL_*: Profile 'absent' not found in config data"],
])('%o stops the process with one line', (env, line) => {
  const reading = () => readTemporalConfig({ ...nowhere, ...env });
  expect(reading).toThrow(ConfigError);
  expect(reading).toThrow(line);
});
