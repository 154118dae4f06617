import { runCli } from '../../../client/cli/program';
import { whyBatch } from '../../../domain/why/batch';
import { whyEngagement } from '../../../domain/why/engagement';
import { explain } from '../../../domain/why/tasks';
import { PLACEHOLDERS, type Way } from '../../../domain/why/why';
import { TASK_RULES } from '../../../domain/engagement/tasks';
import { BATCH_TASK_RULES } from '../../../domain/batch/tasks';
import { PARTNER_TASK_RULES } from '../../../domain/partner/tasks';
import { viewOf } from '../../../domain/engagement/view';
import { viewOf as batchViewOf } from '../../../domain/batch/view';
import { newTask, type TaskRule } from '../../../domain/tasks';
import type { TaskKind } from '../../../contracts/names';
import { BATCH_IN_STAGE, IN_STAGE } from '../../support/inEveryStage';

/** What somebody might write for each word. */
const WRITTEN: Record<keyof typeof PLACEHOLDERS, string> = {
  NUMBER: 'V-4711',
  MAIL: 'kim@contoso.example',
  NAME: 'Kim',
  TEXT: 'because',
  CODE: 'DDPS',
  ID: 'E-2',
  DAYS: '5',
  DAY: '2020-09-01',
  INSTANT: '2020-09-01T08:00:00Z',
  TIER: 'silver',
  STATUS: 'approved',
  FILE: __filename,
};

/** A command as a shell hands it over, its words filled in. */
const argumentsOf = ({ command }: Way): string[] =>
  command
    .split(' ')
    .slice(1)
    .map((word) =>
      word.replace(/(^|=)([A-Z]{2,})$/, (_all, before: string, name: string) =>
        name in WRITTEN ? before + WRITTEN[name as keyof typeof WRITTEN] : before + name,
      ),
    );

const at = '2020-09-01T08:00:00.000Z';
const owners: Record<string, { rules: Record<string, TaskRule>; ids: object }> = {
  engagement: { rules: TASK_RULES, ids: { engagementId: 'E-1', partnerId: 'contoso' } },
  batch: { rules: BATCH_TASK_RULES, ids: { batchId: 'B-1', partnerId: 'contoso' } },
  partner: { rules: PARTNER_TASK_RULES, ids: { partnerId: 'contoso' } },
};
const tasks = Object.values(owners).flatMap(({ rules, ids }) =>
  Object.entries(rules).map(([kind, rule]) =>
    newTask({ taskId: `E-1:${kind}:1`, kind: kind as TaskKind, ...ids }, rule, at),
  ),
);
const ways = [
  ...Object.values(IN_STAGE).flatMap((state) => whyEngagement(viewOf(state)).ways),
  ...Object.values(BATCH_IN_STAGE).flatMap((state) => whyBatch(batchViewOf(state)).ways),
  ...tasks.flatMap((task) => explain(task).ways),
];

/** Nobody listens there: whoever gets as far as asking has been understood. */
const NOWHERE = { API_URL: 'http://127.0.0.1:1', ENGAGEMENTS_TOKEN: 'mine' };
const UNREACHABLE = 3;

test.each(ways.map((way) => [way.command, way] as const))('the command line takes “%s”', async (_command, way) => {
  let said = '';
  const output = { write: (text: string) => void (said += text) };
  const code = await runCli(argumentsOf(way), { env: NOWHERE, stdout: output, stderr: output });
  expect({ code, said }).toStrictEqual({
    code: UNREACHABLE,
    said: expect.stringContaining('cannot be reached') as string,
  });
});

test('every task has a way out, and every resolution a consequence of its own', () => {
  for (const task of tasks) {
    const { ways: out } = explain(task);
    expect({ kind: task.kind, out: out.length }).not.toStrictEqual({ kind: task.kind, out: 0 });
    const told = out.filter(({ command }) => command.startsWith('engagements resolve '));
    expect(told.map(({ command }) => command)).toStrictEqual(
      task.resolutions.map((resolution) => `engagements resolve ${task.taskId} ${resolution}`),
    );
    expect(told.map(({ leadsTo }) => leadsTo)).not.toContain('the task is done, and that is all');
  }
});

test('a way out of an earlier release still has its command', () => {
  const [task] = tasks;
  expect(explain({ ...task!, resolutions: ['waited'] }).ways.at(-1)).toStrictEqual({
    leadsTo: 'the task is done, and that is all',
    command: `engagements resolve ${task!.taskId} waited`,
  });
});

test('every word that stands for something is explained', () => {
  const used = new Set(ways.flatMap(({ command }) => command.match(/(?<=[= ])[A-Z]{2,}$|(?<==)[A-Z]{2,}\b/gm) ?? []));
  expect([...used].filter((word) => !(word in PLACEHOLDERS))).toStrictEqual([]);
  expect(Object.keys(PLACEHOLDERS).filter((word) => !used.has(word))).toStrictEqual([]);
});

test('a voucher number that a shell would take for more is quoted', () => {
  const view = viewOf(IN_STAGE.voucherAssigned);
  const voucher = { ...view.voucher!, voucherId: `$(rm)'s` };
  expect(whyEngagement({ ...view, voucher }).ways[0]?.command).toContain(`--set 'voucherId=$(rm)'\\''s' --set `);
});

test('a task names only what can be said in its stage', () => {
  const said = (stage: 'awaitingVoucher' | 'voucherAssigned') => {
    const task = tasks.find(({ kind }) => kind === 'voucherProblem')!;
    const [told] = whyEngagement({ ...viewOf(IN_STAGE[stage]), tasks: [task] }).tasks;
    return told!.ways.map(({ command }) => command.split(' ').slice(1, 3).join(' '));
  };
  expect(said('awaitingVoucher')).toStrictEqual([
    'send assignVoucher',
    'send cancelEngagement',
    'resolve E-1:voucherProblem:1',
  ]);
  expect(said('voucherAssigned')).toStrictEqual([
    'send replaceVoucher',
    'send cancelEngagement',
    'resolve E-1:voucherProblem:1',
  ]);
});

test.each([
  ['validationFailed', 'corrected', 'customerCancelled'],
  ['reservedByOtherPartner', 'reservedByOtherPartner', 'lostToOtherPartner'],
  ['wrongTypeOrLevel', 'wrongTypeOrLevel', 'customerCancelled'],
  ['benefitNotActivated', 'reissued', 'benefitNotActivated'],
  ['emailNotForwarded', 'reissued', 'customerCancelled'],
])('a voucher with the problem %s is replaced as %s, its engagement cancelled as %s', (about, replaced, cancelled) => {
  const task = { ...tasks.find(({ kind }) => kind === 'voucherProblem')!, about };
  const [, replace, cancel] = explain(task).ways.map(({ command }) => command);
  expect(replace).toMatch(new RegExp(`replaceVoucher .* --set reason=${replaced}$`));
  expect(cancel).toMatch(new RegExp(`cancelEngagement .* --set reasonCode=${cancelled}$`));
});
