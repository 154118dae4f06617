import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AboutDifference } from '../../../domain/settlement/differenceTasks';
import { fingerprintOf } from '../../../records/fingerprint';
import type { DifferenceTasks } from '../../../records/differenceTasks';
import { actorOf } from '../access/access';
import { ifMatchAllows, messageIdOf } from '../headers';
import { idOnRecord } from './messageIds';
import { ApiProblem, problemOf } from '../problems/problems';

/**
 * Says something about a task of reconciliation. No workflow keeps these: what is said is recorded with the task itself, and
 * the answer is the task. It has no ETag, so that only `If-Match: *` lets pass. @throws ApiProblem
 */
export async function sayAboutDifference(
  differenceTasks: DifferenceTasks,
  request: FastifyRequest,
  reply: FastifyReply,
  { partnerId, ...said }: Omit<AboutDifference, 'actor'> & { partnerId?: string },
): Promise<void> {
  const messageId = idOnRecord(request.principal, messageIdOf(request.headers));
  const actor = actorOf(request, partnerId);
  const { 'if-match': ifMatch = '*' } = request.headers;
  if (!ifMatchAllows(ifMatch, '')) throw new ApiProblem('precondition-failed', 'this task has no ETag');
  const message = { ...said, messageId, fingerprint: fingerprintOf(said.name, said.payload), actor };
  const heard = await differenceTasks.hear(message, new Date().toISOString());
  if (!heard) throw new ApiProblem('not-found', `there is no task ${said.payload.taskId}`);
  if ('refusal' in heard) throw problemOf(heard.refusal);
  void reply.code(200).send(heard.task);
}
