import fastify from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Answer } from './answer';
import { notFound, refusal, send, withParsed } from './answer';
import { addControlRoutes } from './control';
import type { Call, FaultScript } from './faults';
import { createFaultScript } from './faults';
import type { Office } from './office';
import { openOffice } from './office';
import type { Pace } from './progress';

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
  const faults = createFaultScript(closing.signal);
  const server = fastify({ bodyLimit: 256 * 1024, routerOptions: { maxParamLength: 200 } });

  server.register(async (contract) => {
    contract.addHook('onRequest', async ({ headers }, reply) => {
      if (headers.authorization !== `Bearer ${token}`)
        return send(reply, refusal(401, 'unauthorized', 'the bearer token is missing or wrong'));
    });
    addContractRoutes(contract, office, faults);
  });
  addControlRoutes(server, office, faults);
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
  return server;
}

const querySchema = z.object({ reference: z.string().optional() });
const locationSchema = z.object({ offering: z.string(), locationId: z.string().min(1) });

/** The routes of the contract, each exposed to the faults scripted for it. */
function addContractRoutes(server: FastifyInstance, office: Office, faults: FaultScript): void {
  const answer = async (call: Call, reply: FastifyReply, act: () => Answer) => {
    const execute = async () => {
      const answered = act();
      await office.durable();
      return answered;
    };
    return send(reply, await faults.play(call, execute));
  };

  server.post('/payment-requests', ({ body }, reply) => answer('submit', reply, () => office.submit(body)));

  server.get('/payment-requests', ({ query }, reply) =>
    answer('lookup', reply, () => withParsed(querySchema, query, ({ reference }) => office.list(reference))),
  );

  server.get<{ Params: { number: string } }>('/payment-requests/:number', ({ params }, reply) =>
    answer('status', reply, () => office.find(params.number)),
  );

  server.get<{ Params: { offering: string }; Querystring: { locationId?: string } }>(
    '/registrations/:offering',
    ({ params, query }, reply) =>
      answer('registration', reply, () =>
        withParsed(locationSchema, { ...params, ...query }, ({ offering, locationId }) =>
          office.registration(offering, locationId),
        ),
      ),
  );
}
