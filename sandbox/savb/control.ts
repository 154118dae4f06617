import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { savbStatusSchema } from '../../contracts/savb';
import type { Spoken } from './answer';
import { notFound, send, withParsed } from './answer';
import { behaviorSchema } from './ledger';
import type { Office } from './office';
import type { FaultScript } from './script';
import { faultScriptSchema } from './script';
import type { Weather } from './weather';
import { weatherSchema } from './weather';

const statusChange = { status: savbStatusSchema, code: z.string().optional(), message: z.string().optional() };
const advanceSchema = z
  .union([
    z.strictObject({ reference: z.string(), ...statusChange }),
    z.strictObject({ microsoftReferenceNumber: z.string(), ...statusChange }),
  ])
  .transform(({ status, code, message, ...name }) => ({ name, change: { status, code, message } }));

const registrationSchema = z.strictObject({
  offering: z.string(),
  locationId: z.string().min(1).optional(),
  registered: z.boolean(),
});

/** What can be controlled. */
export interface Sandbox {
  office: Office;
  script: FaultScript;
  weather: Weather;
}

/** The control routes: what SAVB's own staff would do, and what goes wrong. They need no token. */
export function addControlRoutes(server: FastifyInstance, sandbox: Sandbox): void {
  addStaffRoutes(server, sandbox);
  addFaultRoutes(server, sandbox);
}

/** What these change is in the ledger before they answer. */
function addStaffRoutes(server: FastifyInstance, { office }: Sandbox): void {
  const sendDurably = async (reply: FastifyReply, answer: Spoken) => {
    await office.durable();
    return send(reply, answer);
  };

  server.post('/control/advance', ({ body }, reply) =>
    sendDurably(
      reply,
      withParsed(advanceSchema, body, ({ name, change }) => office.advance(name, change)),
    ),
  );

  server.put<{ Params: { offering: string }; Querystring: { locationId?: string }; Body: { registered?: unknown } }>(
    '/control/registrations/:offering',
    ({ params, query, body }, reply) =>
      sendDurably(
        reply,
        withParsed(registrationSchema, { ...params, ...query, ...body }, ({ offering, locationId, registered }) =>
          office.register(offering, locationId, registered),
        ),
      ),
  );

  server.put('/control/behavior', ({ body }, reply) =>
    sendDurably(
      reply,
      withParsed(behaviorSchema.partial(), body, (change) => office.behave(change)),
    ),
  );

  server.get('/control/ledger', (_, reply) =>
    sendDurably(reply, { status: 200, body: { items: [...office.entries()] } }),
  );
}

function addFaultRoutes(server: FastifyInstance, { script, weather }: Sandbox): void {
  server.post('/control/faults', ({ body }, reply) =>
    send(
      reply,
      withParsed(faultScriptSchema, body, ({ faults }) => {
        script.add(faults);
        return { status: 204 };
      }),
    ),
  );

  server.get('/control/faults', (_, reply) => send(reply, { status: 200, body: { left: script.left() } }));

  server.delete('/control/faults', (_, reply) => {
    script.clear();
    return send(reply, { status: 204 });
  });

  server.put('/control/weather', ({ body }, reply) =>
    send(
      reply,
      withParsed(weatherSchema, body, (forecast) => {
        weather.start(forecast);
        return { status: 204 };
      }),
    ),
  );

  server.delete('/control/weather', (_, reply) => {
    weather.stop();
    return send(reply, { status: 204 });
  });

  server.get('/control/weather', (_, reply) => {
    const report = weather.report();
    return send(reply, report ? { status: 200, body: report } : notFound('there has been no weather yet'));
  });
}
