import { ConfigError } from '../../config/read';
import { readRecoveryConfig } from '../../config/recovery';

test('the address of MongoDB is all that is needed', () => {
  const MONGODB_URI = 'mongodb+srv://cluster.contoso.example/services';
  expect(readRecoveryConfig({ MONGODB_URI })).toMatchObject({ MONGODB_URI });
});

test.each([
  ['without it', {}, 'MONGODB_URI: must be set'],
  ['in the open', { MONGODB_URI: 'mongodb://db.contoso.example/services' }, 'must use TLS'],
])('%s nothing is dumped', (_what, env, rule) => {
  expect(() => readRecoveryConfig(env)).toThrow(ConfigError);
  expect(() => readRecoveryConfig(env)).toThrow(rule);
});
