import type { Actor } from '../../../contracts/messages';
import { RECONCILIATION_TASK } from '../../../contracts/names';
import type { Task } from '../../../contracts/tasks';
import { taskSchema } from '../../../contracts/tasks';
import {
  afterEvent,
  decideAboutDifference,
  differenceTask,
  type AboutDifference,
} from '../../../domain/settlement/differenceTasks';
import type { Found } from '../../../domain/settlement/reconciliation';

const AT = '2026-03-02T03:00:00.000Z';
const NAME = 'E-1:invoice:1';

const found: Found = {
  group: 'amountDiffers',
  reference: NAME,
  engagementId: 'E-1',
  partnerId: 'contoso',
  here: { amount: { minor: 240_000, currency: 'SEK' } },
  there: { amount: { minor: 7, currency: 'SEK' }, microsoftReferenceNumber: 'N-1' },
  why: 'the amounts differ',
};
const task = (given: Partial<Task> = {}): Task => ({ ...differenceTask(found, NAME, 2, AT), ...given });

const support: Actor = { subject: 'sam', role: 'support' };
const say = (name: AboutDifference['name'], on = task(), actor = support, more: object = {}) =>
  decideAboutDifference(on, { name, actor, payload: { taskId: on.taskId, ...more } });
const codeOf = (decision: ReturnType<typeof say>) =>
  decision.kind === 'refused' ? decision.refusal.code : decision.kind;

describe('the task about a difference', () => {
  test('says what differs, on which side, and what to do', () => {
    const { instructions, ...rest } = task();
    expect(rest).toStrictEqual({
      taskId: 'reconciliation:E-1:invoice:1:recordsDiffer:2',
      kind: 'recordsDiffer',
      status: 'open',
      engagementId: 'E-1',
      partnerId: 'contoso',
      role: 'support',
      about: 'amountDiffers N-1',
      title: 'SAVB has a payment request over another amount',
      resolutions: ['reconciled'],
      openedAt: AT,
    });
    expect(instructions).toMatch(
      /^E-1:invoice:1: the amounts differ\.\nHere: 2400\.00 SEK\. At SAVB: 0\.07 SEK, N-1\.\n/,
    );
  });

  test('is nobody’s where only SAVB knows of the request, and follows the contract all the same', () => {
    const { engagementId: _engagement, partnerId: _partner, here: _here, ...unknown } = found;
    const nobodys = differenceTask({ ...unknown, group: 'missingHere' }, NAME, 1, AT);
    expect(taskSchema.parse(nobodys)).toStrictEqual(nobodys);
    expect(nobodys.instructions).toContain('Here: nothing. At SAVB: 0.07 SEK, N-1.');
    expect('partnerId' in nobodys).toBe(false);
  });

  test('has an id by which it is told from the tasks of an engagement of any name', () => {
    expect(task().taskId).toMatch(RECONCILIATION_TASK);
    expect('reconciliation:recordsDiffer:1').not.toMatch(RECONCILIATION_TASK);
    expect('E-1:recordsDiffer:1').not.toMatch(RECONCILIATION_TASK);
  });
});

describe('support staff and operators', () => {
  test.each<Actor>([support, { subject: 'olga', role: 'operator' }])('resolve it: %j', (actor) => {
    const decision = say('resolveTask', task(), actor, { note: 'called them' });
    expect(decision).toStrictEqual({
      kind: 'accepted',
      events: [
        {
          type: 'TaskResolved',
          data: { taskId: task().taskId, kind: 'recordsDiffer', resolution: 'reconciled', note: 'called them' },
        },
      ],
    });
  });

  test('claim it and release it', () => {
    const claimed = say('claimTask');
    const [event] = claimed.kind === 'accepted' ? claimed.events : [];
    const mine = afterEvent(task(), event!);
    expect(mine).toStrictEqual(task({ claimedBy: 'sam' }));
    expect(codeOf(say('claimTask', mine))).toBe('repeated');
    const released = say('releaseTask', mine);
    const [back] = released.kind === 'accepted' ? released.events : [];
    expect(afterEvent(mine, back!)).toStrictEqual(task());
  });

  test('leave it resolved once it is', () => {
    const resolved = say('resolveTask');
    const [event] = resolved.kind === 'accepted' ? resolved.events : [];
    const done = afterEvent(task(), event!);
    expect(done).toStrictEqual(task({ status: 'resolved' }));
    expect(codeOf(say('resolveTask', done))).toBe('task-resolved');
    expect(codeOf(say('claimTask', done))).toBe('task-resolved');
  });

  test('are refused another way of resolving it, and what a colleague works on', () => {
    expect(codeOf(say('resolveTask', task(), support, { resolution: 'ignored' }))).toBe('resolution-unknown');
    expect(codeOf(say('resolveTask', task({ claimedBy: 'olga' })))).toBe('task-claimed');
  });
});

test.each<Actor['role']>(['partnerAdmin', 'globalAdmin', 'consultant'])('it is not for a %s', (role) => {
  const actor = { subject: 'pia', role, partnerId: 'contoso' };
  for (const name of ['resolveTask', 'claimTask'] as const)
    expect(codeOf(say(name, task(), actor))).toBe('task-of-another-role');
});
