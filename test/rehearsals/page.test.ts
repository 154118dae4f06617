import { rehearsalsPage } from './page';
import type { Evidence } from './rehearsal';

const evidence = (exception: string, more: Partial<Evidence> = {}): Evidence => ({
  procedure: { exception, title: 'The voucher’s mail', parts: {}, who: 'operator', commands: ['engagements tasks'] },
  passed: true,
  card: '### Reserved\n',
  why: 'engagement E-1\n',
  ran: [{ command: 'engagements tasks', answer: 'none\n' }],
  whyAfter: 'engagement E-1\n  over\n',
  ...more,
});

test('the page tells of each rehearsal whether it passed, by how many commands, and what it saw', () =>
  expect(rehearsalsPage([evidence('E1')])).toMatch(
    [
      '**1 of 1 passed.**',
      '',
      '| # | what happens | passed | commands |',
      '| --- | --- | --- | --- |',
      '| [E1](#e1-the-vouchers-mail) | The voucher’s mail | pass | 1 |',
      '',
      '## E1 The voucher’s mail',
      '',
      '[What to do](runbook.md#e1-the-vouchers-mail). The card in the Temporal UI:',
      '',
      '```md\n### Reserved\n```',
      '',
      'What `why` says:',
      '',
      '```text\nengagement E-1\n```',
      '',
      'The commands, with what they answered:',
      '',
      '```text\n$ engagements tasks\nnone\n```',
      '',
      'What `why` says now:',
      '',
      '```text\nengagement E-1\n  over\n```',
      '',
    ].join('\n'),
  ));

test('they stand in the order of their numbers, and who failed says so', () => {
  const page = rehearsalsPage([evidence('E10'), evidence('E2', { passed: false, whyAfter: undefined })]);
  expect(page).toMatch(/1 of 2 passed[^]*\[E2\].* \| FAIL \| 1 \|\n\| \[E10\][^]*## E2 [^]*nothing[^]*## E10 /);
});
