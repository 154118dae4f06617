import { createLane } from '../../records/lane';

test('so much runs at a time, the rest in the order in which it came', async () => {
  const inTurn = createLane(2);
  const begun: number[] = [];
  const finish: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4].map((each) =>
    inTurn(async () => {
      begun.push(each);
      await new Promise<void>((resolve) => (finish[each] = resolve));
      return each;
    }),
  );
  expect(begun).toStrictEqual([0, 1]);
  finish[1]!();
  expect(await all[1]).toBe(1);
  expect(begun).toStrictEqual([0, 1, 2]);
  for (const each of [0, 2, 3, 4]) {
    finish[each]!();
    await all[each];
  }
  expect(begun).toStrictEqual([0, 1, 2, 3, 4]);
});

test('what fails makes room as well', async () => {
  const inTurn = createLane(1);
  const failing = inTurn(async () => {
    throw new Error('broken off');
  });
  const next = inTurn(async () => 'done');
  await expect(failing).rejects.toThrow('broken off');
  expect(await next).toBe('done');
});
