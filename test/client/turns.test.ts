import { createTurns } from '../../client/messenger/turns';

/** Work that ends when told to. */
function held() {
  let end!: () => void;
  const ended = new Promise<object>((resolve) => (end = () => resolve({ done: true })));
  return { work: () => ended, end };
}

test('as many as allowed run at once, the next one when the first has ended', async () => {
  const turns = createTurns({ atOnce: 2, patienceMs: 60_000 });
  const [one, two] = [held(), held()];
  const order: string[] = [];
  const running = [
    turns.take('E-1', one.work).then(() => order.push('one')),
    turns.take('E-1', two.work).then(() => order.push('two')),
    turns.take('E-1', async () => ({})).then(() => order.push('three')),
  ];
  two.end();
  await Promise.all(running.slice(1));
  one.end();
  await running[0];
  expect(order).toStrictEqual(['two', 'three', 'one']);
});

test('whoever waits too long is turned away and nothing of theirs runs', async () => {
  const turns = createTurns({ atOnce: 1, patienceMs: 1 });
  const first = held();
  const running = turns.take('E-1', first.work);
  const late = jest.fn(async () => ({}));
  expect(await turns.take('E-1', late)).toBeUndefined();
  expect(late).not.toHaveBeenCalled();
  first.end();
  expect(await running).toStrictEqual({ done: true });
  expect(await turns.take('E-1', async () => ({ free: true }))).toStrictEqual({ free: true });
});

test('engagements do not wait for each other', async () => {
  const turns = createTurns({ atOnce: 1, patienceMs: 1 });
  const first = held();
  const running = turns.take('E-1', first.work);
  expect(await turns.take('E-2', async () => ({ other: true }))).toStrictEqual({ other: true });
  first.end();
  await running;
});

test('work that fails gives its place back', async () => {
  const turns = createTurns({ atOnce: 1, patienceMs: 1 });
  const failing = turns.take('E-1', async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await turns.take('E-1', async () => ({ next: true }))).toStrictEqual({ next: true });
});
