import type { FastifyRequest } from 'fastify';
import { idSchema } from '../../../contracts/common';
import { customerDigest } from '../../../records/audit';

/** The longest id of ours names what it belongs to and is made of ids: `batch:{batchId}:{kind}:{count}`. */
const MOST_CHARACTERS = 200;

/** What customers are called may be in the name of a file, and whatever a caller likes where no route was found. */
const TEXTS = ['name', '*'];

/**
 * The ids that the address of a request names, in its order, as far as they may be written anywhere: what is no id is the
 * caller's own text, and left out; a customer's is a digest.
 */
export const idsNamedBy = ({ params }: FastifyRequest): string[] =>
  Object.entries((params ?? {}) as Record<string, string>).flatMap(([name, value]) => {
    if (TEXTS.includes(name) || !isId(value)) return [];
    return [name === 'customerId' ? customerDigest(value) : value];
  });

/** True for an id, and for ids joined by colons, as a task has. */
export const isId = (text: string): boolean =>
  text.length <= MOST_CHARACTERS && text.split(':').every((part) => idSchema.safeParse(part).success);
