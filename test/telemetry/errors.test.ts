import { loggedError, withoutMailboxes } from '../../telemetry/errors';

test('a log holds what an error says of itself and of its causes, and nothing it carries besides', () => {
  const cause = Object.assign(new RangeError('121'), { code: 121, document: { name: 'Vera' } });
  const error = new Error('it could not be written', { cause });
  expect(loggedError(error)).toStrictEqual({
    type: 'Error',
    message: 'it could not be written',
    stack: error.stack,
    cause: { type: 'RangeError', code: 121, message: '121', stack: cause.stack },
  });
});

test('what is thrown and is no error is told by its kind', () => {
  expect(loggedError('out of order')).toStrictEqual({ type: 'string', message: 'out of order', stack: '' });
});

test.each([
  ['550 <vera.lind@fabrikam.example> is unknown', '550 <a mailbox> is unknown'],
  ['vera+tag@mail.fabrikam.example, per@x.se', 'a mailbox, a mailbox'],
  [
    'at run (/app/node_modules/@temporalio/worker/lib/worker.js:1:2)',
    'at run (/app/node_modules/@temporalio/worker/lib/worker.js:1:2)',
  ],
])('no mailbox is left of “%s”', (text, left) => {
  expect(withoutMailboxes(text)).toBe(left);
});
