import { setMaxListeners } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Spoken } from './answer';
import { notFound, refusal, send, withParsed } from './answer';
import type { Sandbox } from './control';
import { addControlRoutes } from './control';
import type { Call } from './faults';
import { openOffice } from './office';
import type { Pace } from './progress';
import { createFaultScript } from './script';
import { createWeather } from './weather';

export interface SavbSandboxOptions {
  ledgerFile: string;
  /** Bearer token that every call of the contract must carry. */
  token: string;
  pace: Pace;
}

/**
 * A stand-in for SAVB that speaks the whole contract, keeps its ledger over restarts and fails on command. Listen and close it
 * like any fastify server. @throws Error when the ledger cannot be read
 */
export async function createSavbSandbox({ ledgerFile, token, pace }: SavbSandboxOptions): Promise<FastifyInstance> {
  const office = await openOffice(ledgerFile, pace);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // any number of calls may be kept waiting
  const sandbox = { office, script: createFaultScript(), weather: createWeather() };
  const server = fastify({ bodyLimit: 256 * 1024, routerOptions: { maxParamLength: 200 } });

  server.register(async (contract) => {
    contract.addHook('onRequest', async ({ headers }, reply) => {
      if (headers.authorization !== `Bearer ${token}`)
        return send(reply, refusal(401, 'unauthorized', 'the bearer token is missing or wrong'));
    });
    addContractRoutes(contract, sandbox, closing.signal);
  });
  addControlRoutes(server, sandbox);
  server.get('/healthz', async (_, reply) => {
    await office.durable();
    return send(reply, { status: 200, body: { status: 'ok' } });
  });

  server.setNotFoundHandler(({ method, url }, reply) => send(reply, notFound(`no route ${method} ${url}`)));
  server.setErrorHandler<Error & { statusCode?: number }>(({ statusCode = 500, message }, _, reply) =>
    send(reply, refusal(statusCode, statusCode < 500 ? 'malformed' : 'broken', message)),
  );
  server.addHook('preClose', async () => {
    closing.abort();
    office.stop();
  });
  // A connection kept alive after its last answer would hold up the stop for as long as it may idle.
  server.addHook('onSend', async (_, reply) => void (closing.signal.aborted && reply.header('connection', 'close')));
  server.addHook('onClose', () => office.close());
  endUnusedConnections(server.server, closing.signal);
  return server;
}

/** Node takes a connection that has never carried a request for busy, and a stop would wait for it. */
function endUnusedConnections(server: Server, closing: AbortSignal): void {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    if (closing.aborted) socket.destroy();
    else unused.add(socket.once('close', () => unused.delete(socket)));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  closing.addEventListener('abort', () => {
    for (const socket of unused) socket.destroy();
  });
}

const listQuerySchema = z.object({
  reference: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().optional(),
});
const locationSchema = z.object({ offering: z.string(), locationId: z.string().min(1) });

/** The routes of the contract, each exposed to the faults scripted for it and to the weather. */
function addContractRoutes(server: FastifyInstance, { office, script, weather }: Sandbox, closing: AbortSignal): void {
  const answer = async (call: Call, about: string, reply: FastifyReply, act: () => Spoken) => {
    const execute = async () => {
      const answered = act();
      await office.durable();
      return answered;
    };
    const play = script.next(call) ?? weather.next(call, about);
    if (!play) return send(reply, await execute());
    const executeLater = (ms: number) => office.later(ms, act);
    return send(reply, await play({ execute, executeLater, closing }));
  };

  server.post<{ Body: { reference?: unknown } | null }>('/payment-requests', ({ body }, reply) =>
    answer('submit', JSON.stringify(body?.reference ?? null), reply, () => office.submit(body)),
  );

  server.get('/payment-requests', ({ query, url }, reply) =>
    answer('lookup', url, reply, () => withParsed(listQuerySchema, query, (asked) => office.list(asked))),
  );

  server.get<{ Params: { number: string } }>('/payment-requests/:number', ({ params, url }, reply) =>
    answer('status', url, reply, () => office.find(params.number)),
  );

  server.get<{ Params: { offering: string }; Querystring: { locationId?: string } }>(
    '/registrations/:offering',
    ({ params, query, url }, reply) =>
      answer('registration', url, reply, () =>
        withParsed(locationSchema, { ...params, ...query }, ({ offering, locationId }) =>
          office.registration(offering, locationId),
        ),
      ),
  );
}
