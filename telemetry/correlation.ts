import { createHash } from 'node:crypto';

const CHARACTERS = 16;

/**
 * Stands for a message wherever it may be written: in the logs of API and worker, in traces. It is made of the message's id on
 * record, which its sender chose and which may hold anything, and is the same however often and however the message comes.
 */
export const correlationIdOf = (messageId: string): string =>
  createHash('sha256').update(messageId).digest('hex').slice(0, CHARACTERS);
