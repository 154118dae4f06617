import { words } from '../../domain/wording';
import { rowsOf } from '../support/namedTests';
import { anchorOf, PARTS, procedures, quotedIn } from './runbook';

/** docs/runbook.md, as far as it is about exceptions; what it says is done beside this file. */
const sections = procedures();

test('it has every exception of docs/exceptions.md, in order and under its name', () => {
  const listed = rowsOf('exceptions.md', /^E\d+$/).map(([exception, title]) => ({ exception, title }));
  expect(sections.map(({ exception, title }) => ({ exception, title }))).toStrictEqual(listed);
});

test.each(sections)('$exception says what you see, what it means, what you do and how you check it', ({ parts }) => {
  expect(Object.keys(parts)).toStrictEqual([...PARTS]);
  for (const said of Object.values(parts)) expect(said).toMatch(/\w/);
});

test.each(sections)('$exception quotes what is shown, before and after', ({ parts }) => {
  for (const part of ['You see', 'Check'] as const) expect(quotedIn(parts[part])).not.toHaveLength(0);
});

test.each(sections)('$exception says who does it, by one command or two', ({ who, commands }) => {
  expect(who).toBeDefined();
  expect([1, 2]).toContain(commands.length);
  for (const command of commands) expect(command).toMatch(/^engagements /);
});

test('its table tells of each who acts, and the number of commands', () => {
  expect(rowsOf('runbook.md', /^\[E\d+\]/)).toStrictEqual(
    sections.map(({ exception, title, who = '', commands }) => [
      `[${exception}](#${anchorOf(`${exception} ${title}`)})`,
      title,
      words(who),
      String(commands.length),
    ]),
  );
});
