import { dayOf } from '../../domain/days';
import { savedViews } from '../../domain/why/savedViews';
import { run } from './cliSupport';

const today = () => dayOf(new Date().toISOString(), '+00:00');

/** Whatever is printed around midnight holds for the day before or after. */
async function printed(...args: string[]) {
  for (;;) {
    const before = today();
    const said = await run(['views', ...args]);
    if (today() === before) return { today: before, ...said };
  }
}

test('views prints each view with what it shows and its query', async () => {
  const { today: day, ...said } = await printed();
  const lines = savedViews(day, '+00:00').flatMap(({ name, shows, query }) => [`${name}: ${shows}`, `  ${query}`]);
  expect(said).toStrictEqual({ code: 0, stdout: `${lines.join('\n')}\n`, stderr: '' });
});

test('views gives a program the same in JSON', async () => {
  const { today: day, stdout } = await printed('--json');
  expect(JSON.parse(stdout)).toStrictEqual({ items: savedViews(day, '+00:00') });
});

test.each(['1:00', '+25', 'Berlin'])('%s is no offset', async (offset) =>
  expect(await run(['views', '--utc-offset', offset])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('an offset such as +01:00') as string,
  }),
);

test('the days of a view are those of the programme’s offset', () => {
  const [, , expiring, , unpaid] = savedViews('2020-12-01', '+01:00');
  expect(expiring?.query).toContain('AwaitedUntil < "2021-01-01T23:00:00.000Z"');
  expect(unpaid?.query).toContain('RedeemedOn < "2020-11-01"');
});
