import { requireEdition } from '../../config/programme';
import { ConfigError } from '../../config/read';

test('an edition that is not on disk is refused in one line that names the variable and the editions there are', () => {
  expect(() => requireEdition('2099-01', ['2020-06', '2021-04'])).toThrow(
    new ConfigError('RULEBOOK: one of 2020-06, 2021-04'),
  );
});

test('one that is there is taken', () => {
  expect(() => requireEdition('2021-04', ['2020-06', '2021-04'])).not.toThrow();
});
