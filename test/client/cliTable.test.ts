import { aligned, table } from '../../client/cli/table';
import { minute, moneyText, plain, second } from '../../client/wording/text';

describe('a table', () => {
  test('aligns its columns under their titles, a missing value is a dash', () =>
    expect(
      table<{ name: string; days?: number }>(
        [
          { title: 'name', value: ({ name }) => name },
          { title: 'days', value: ({ days }) => days },
          { title: 'again', value: ({ name }) => name },
        ],
        [{ name: 'Fabrikam', days: 5 }, { name: 'AB' }],
      ),
    ).toStrictEqual(['NAME      DAYS  AGAIN', 'Fabrikam  5     Fabrikam', 'AB        –     AB']));

  test('gives East Asian characters two places and combining marks none', () =>
    expect(
      aligned([
        ['日本', 'x'],
        ['Mu\u0308nx', 'x'],
        ['a\u0323\u0324\u0325b', 'x'],
      ]),
    ).toStrictEqual([
      '日本  x',
      'M\u00fcnx  x'.replace('\u00fc', 'u\u0308'),
      'a\u0323\u0324\u0325b    x'.normalize('NFD'),
    ]));

  test('keeps what others wrote from steering the terminal', () =>
    expect(aligned([['a\u001b[31m\nb\u202e\u009b', 'x']])).toStrictEqual(['a [31m b  x']));

  test('without rows is nothing', () => expect(aligned([])).toStrictEqual([]));
});

describe('texts', () => {
  test('a line of others is one line', () => expect(plain(' one\r\n\ttwo ')).toBe('one two'));

  test('an instant is told in UTC, to the minute or the second', () => {
    expect(minute('2020-12-31T23:30:59+01:00')).toBe('2020-12-31 22:30 UTC');
    expect(second('2020-12-31T23:30:59.9+01:00')).toBe('2020-12-31 22:30:59 UTC');
  });

  test.each([
    [{ minor: 1_250_050, currency: 'EUR' }, 'EUR 12,500.50'],
    [{ minor: 1_250, currency: 'JPY' }, 'JPY 1,250'],
    [{ minor: 1_250, currency: 'KWD' }, 'KWD 1.250'],
    [{ minor: 1_250_050, currency: 'HUF' }, 'HUF 12,500.50'],
  ])('%p is %s', (money, told) => expect(moneyText(money)).toBe(told));
});
