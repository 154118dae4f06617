import type { JWTPayload } from 'jose';
import type { Task } from '../../contracts/tasks';
import { BATCH_TASK, partnerAdmin, PARTNER_TASK, TASK, VIEW } from '../client/rig';
import { form, openPortal, textOf } from './portalRig';

const taskList = (...items: Task[]) => ({ tasks: { list: async () => ({ items, next: 'bmV4dA' }) } });
const DIFFERENCE: Task = { ...TASK, taskId: 'reconciliation:V-1:recordsDiffer:1', kind: 'recordsDiffer' };
const addressOf = (action: string, { taskId } = TASK) => `/portal/tasks/${encodeURIComponent(taskId)}/${action}`;
const hiddenIn = (page: string, name: string): string | undefined =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1]?.replaceAll('&amp;', '&');

describe('the list', () => {
  test('shows of each its age, its owner and what can be done about it', async () => {
    const { visit } = await openPortal({ records: taskList(TASK) });
    const { body } = await visit('/portal/tasks');
    expect(textOf(body)).toMatch(
      /No voucher yet Voucher missing E-1 for operator opened \d+ days ago nobody has taken it on/,
    );
    expect(body).toContain('<option value="keepWaiting">Keep waiting</option>');
    expect(body).toContain('href="/portal/tasks?after=bmV4dA"');
  });

  test('is found by kind, role, owner and what is overdue; pages and forms come back to what was asked for', async () => {
    const asks: Record<string, unknown>[] = [];
    const list = async (filter: object) => {
      asks.push({ ...filter });
      return { items: [TASK], next: 'bmV4dA' };
    };
    const { visit } = await openPortal({ records: { tasks: { list } } });
    const asked = 'kind=voucherMissing&role=operator&claimedBy=olga&overdue=true&after=YQ';
    const before = new Date().toISOString();
    const { body } = await visit(`/portal/tasks?${asked}`);
    const { dueBefore, ...filter } = asks[0]!;
    expect(filter).toMatchObject({
      status: 'open',
      kind: 'voucherMissing',
      role: 'operator',
      claimedBy: 'olga',
      after: 'YQ',
    });
    expect([String(dueBefore) >= before, String(dueBefore) <= new Date().toISOString()]).toStrictEqual([true, true]);
    expect(body).toContain('<option value="voucherMissing" selected');
    expect(body).toContain('<option value="operator" selected');
    expect(body).toContain('name="claimedBy" value="olga"');
    expect(body).toMatch(/name="overdue" value="true" checked/);
    expect(body).toContain(`href="/portal/tasks?${asked.replace('YQ', 'bmV4dA').replaceAll('&', '&amp;')}"`);
    expect(hiddenIn(body, 'back')).toBe(`/portal/tasks?${asked}`);
  });

  test.each<[string, JWTPayload, Partial<Task>, string[]]>([
    ['whoever has its role', partnerAdmin('contoso'), { role: 'partnerAdmin' }, ['Take on', 'Resolve']],
    [
      'who stands for that role',
      { ...partnerAdmin('contoso'), roles: ['globalAdmin'] },
      { role: 'partnerAdmin' },
      ['Take on', 'Resolve'],
    ],
    ['an operator', {}, { role: 'consultant' }, ['Take on', 'Resolve']],
    ['nobody of another role', partnerAdmin('contoso'), { role: 'operator' }, []],
    [
      'a person by the strongest role',
      { ...partnerAdmin('contoso'), roles: ['consultant', 'partnerAdmin'] },
      { role: 'consultant' },
      [],
    ],
    ['who has taken it on', { sub: 'olga' }, { claimedBy: 'olga' }, ['Give back', 'Resolve']],
    ['nobody else than to give it back', { sub: 'olga' }, { claimedBy: 'otto' }, ['Give back']],
    ['an operator, where a message resolves it', {}, { resolutions: [] }, ['Take on']],
  ])('offers what there is to do to %s', async (_, claims, task, offered) => {
    const { visit } = await openPortal({ records: taskList({ ...TASK, ...task }) });
    const { body } = await visit('/portal/tasks', { claims });
    const buttons = [...body.matchAll(/aria-label="([^"]+): No voucher yet"/g)].map(([, name]) => name);
    expect(buttons).toStrictEqual(offered);
  });
});

describe('what is said about a task', () => {
  test.each([
    ['claim', 'claimTask', {}],
    ['release', 'releaseTask', {}],
    ['resolution', 'resolveTask', { resolution: 'keepWaiting', note: 'Called.' }],
  ])(
    'by %s goes to whoever keeps it, under the key of its page, and comes back to that page',
    async (action, name, said) => {
      const { visit, sent } = await openPortal({ records: taskList(TASK) });
      const answer = await visit(addressOf(action), {
        method: 'POST',
        ...form({ key: 'k-1', back: '/portal/engagements/E-1', ...said, ...(action === 'claim' && { note: ' ' }) }),
      });
      expect([answer.statusCode, answer.headers.location]).toStrictEqual([
        303,
        `/portal/engagements/E-1?said=${name}&key=k-1`,
      ]);
      expect(sent).toMatchObject([
        { id: 'E-1', name, envelope: { messageId: 'k-1', payload: { taskId: TASK.taskId, ...said } } },
      ]);
    },
  );

  test.each<[string, Task, object, string]>([
    ['engagements', TASK, { view: async () => VIEW }, 'E-1'],
    ['partners', PARTNER_TASK, {}, 'contoso'],
    ['batches', BATCH_TASK, {}, 'DDPS-SE-0123456789-1'],
  ])('is confirmed on the list as %s have it on record, and only then', async (kept, task, view, id) => {
    const answers: object[] = [
      { status: 'pending' },
      { status: 'refused', reason: { code: 'x', detail: 'Otto works on it.' } },
      { status: 'applied' },
    ];
    // Staff are told of the partner's messages, too.
    const messageStatus = async (of: string, key: string) =>
      of === id && key === 'k-1' ? answers.shift() : { status: 'pending' };
    const { visit } = await openPortal({
      outcome: { kind: 'accepted' },
      records: { ...taskList(task), [kept]: { ...view, messageStatus } },
    });
    const page = '/portal/tasks?role=operator&after=YQ&said=resolveTask&key=earlier&to=%2Fengagements%2FE-9';
    const { headers } = await visit(addressOf('claim', task), {
      method: 'POST',
      ...form({ key: 'k-1', back: page, to: hiddenIn((await visit('/portal/tasks')).body, 'to')! }),
    });
    expect(headers.location).toBe(
      `/portal/tasks?role=operator&after=YQ&said=claimTask&key=k-1&to=${encodeURIComponent(`/${kept}/${id}`)}`,
    );
    const told = async () => textOf((await visit(headers.location!)).body);
    expect(await told()).toContain('… Claim task: sent, and not on record yet. Look again');
    expect(await told()).toContain('✗ Claim task: refused. Otto works on it.');
    expect(await told()).toContain('✓ Claim task: done.');
  });

  test.each([
    'said=resolveTask&key=k-1',
    'said=resolveTask&to=%2Fengagements%2FE-1',
    'said=resolveTask&key=k-1&to=%2F..%2Ftasks',
  ])('is not claimed by a link with %s', async (query) => {
    const { visit } = await openPortal({ records: taskList(DIFFERENCE) });
    const { statusCode, body } = await visit(`/portal/tasks?${query}`);
    expect([statusCode, body.includes('role="status"'), hiddenIn(body, 'to')]).toStrictEqual([200, false, undefined]);
  });

  test('that is refused says why, keeps what was typed, and goes on where it came from', async () => {
    const refusal = { code: 'task-claimed' as const, detail: `otto works on ${TASK.taskId}` };
    const { visit, sent } = await openPortal({ outcome: { kind: 'refused', refusal } });
    const back = '/portal/tasks?role=operator&after=YQ';
    const said = { key: 'k-1', back, to: '/engagements/E-1', resolution: 'keepWaiting', note: 'Called <twice>.' };
    const { statusCode, body } = await visit(addressOf('resolution'), { method: 'POST', ...form(said) });
    expect(statusCode).toBe(409);
    expect(textOf(body)).toContain(`otto works on ${TASK.taskId}`);
    expect(body).toContain('>Called &lt;twice>.</textarea>');
    expect(body).toContain('<a href="/portal/tasks?role=operator&amp;after=YQ">Go on</a>');
    const again = Object.fromEntries(['key', 'back', 'to', 'resolution'].map((name) => [name, hiddenIn(body, name)!]));
    const { key, ...rest } = again;
    expect(key).toMatch(/^[\da-f-]{36}$/);
    expect(rest).toStrictEqual({ back, to: said.to, resolution: said.resolution });
    await visit(addressOf('resolution'), { method: 'POST', ...form(again) });
    expect(sent.map(({ name, envelope }) => [name, envelope.messageId])).toStrictEqual([
      ['resolveTask', 'k-1'],
      ['resolveTask', key],
    ]);
  });

  test('that could not be said keeps its key', async () => {
    const { visit } = await openPortal({ outcome: { kind: 'busy' } });
    const { statusCode, body } = await visit(addressOf('claim'), { method: 'POST', ...form({ key: 'k-1' }) });
    expect([statusCode, hiddenIn(body, 'key'), hiddenIn(body, 'back')]).toStrictEqual([429, 'k-1', '/portal']);
  });

  test('has no page of its own to come back to: the list is there instead', async () => {
    const { visit } = await openPortal();
    const { statusCode, headers } = await visit(addressOf('claim'));
    expect([statusCode, headers.location]).toStrictEqual([303, '/portal/tasks']);
  });
});
