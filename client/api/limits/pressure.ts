import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { Limits } from './limits';
import { ApiProblem } from '../problems/problems';

/** Begins nothing new on `api` while this process can hardly do what it has begun. */
export async function yieldUnderPressure(
  api: FastifyInstance,
  { eventLoopDelayMs, heapShare }: Pick<Limits, 'eventLoopDelayMs' | 'heapShare'>,
): Promise<void> {
  await api.register(underPressure, {
    maxEventLoopDelay: eventLoopDelayMs,
    maxHeapUsedBytes: heapShare * getHeapStatistics().heap_size_limit,
    pressureHandler: () => {
      throw new ApiProblem('unavailable', 'there is more to do here than can be done at the moment');
    },
  });
}
