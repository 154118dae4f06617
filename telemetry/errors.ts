/** What a log holds of an error. */
export type LoggedError = {
  type: string;
  code?: string | number;
  message: string;
  stack: string;
  cause?: LoggedError;
};

const MAILBOX = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/** A text without the mailboxes in it: mail servers like to repeat them. */
export const withoutMailboxes = (text: string): string => text.replace(MAILBOX, 'a mailbox');

/** What an error says of itself. What it carries besides (the document that was not valid, the request) is not for a log. */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutMailboxes(String(error)), stack: '' };
  const { name, message, stack = '', cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    message: withoutMailboxes(message),
    stack: withoutMailboxes(stack),
    ...(cause !== undefined && { cause: loggedError(cause) }),
  };
}
