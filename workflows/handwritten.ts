/** What somebody typed and the codec server encrypted: bound to no workflow, and so taken from Signals alone. */
export class Handwritten {
  constructor(readonly content: unknown) {}
}

/** What was typed, or the argument as it is. */
export const contentOf = (argument: unknown): unknown =>
  argument instanceof Handwritten ? argument.content : argument;
