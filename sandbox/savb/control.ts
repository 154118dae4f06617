import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { savbStatusSchema } from '../../contracts/savb';
import type { Answer } from './answer';
import { send, withParsed } from './answer';
import type { FaultScript } from './faults';
import { faultScriptSchema } from './faults';
import type { Office } from './office';

const statusChange = { status: savbStatusSchema, code: z.string().optional(), message: z.string().optional() };
const advanceSchema = z
  .union([
    z.strictObject({ reference: z.string(), ...statusChange }),
    z.strictObject({ microsoftReferenceNumber: z.string(), ...statusChange }),
  ])
  .transform(({ status, code, message, ...name }) => ({ name, change: { status, code, message } }));

const registrationSchema = z.strictObject({
  offering: z.string(),
  locationId: z.string().min(1),
  registered: z.boolean(),
});

/** The control routes: what SAVB's own staff would do, and what goes wrong. They need no token. */
export function addControlRoutes(server: FastifyInstance, office: Office, faults: FaultScript): void {
  server.post('/control/advance', async ({ body }, reply) => {
    const answer = withParsed(advanceSchema, body, ({ name, change }) => office.advance(name, change));
    await office.durable();
    return send(reply, answer);
  });

  server.put<{ Params: { offering: string }; Querystring: { locationId?: string }; Body: { registered?: unknown } }>(
    '/control/registrations/:offering',
    async ({ params, query, body }, reply) => {
      const answer = withParsed(
        registrationSchema,
        { ...params, ...query, ...body },
        ({ offering, locationId, registered }) => office.register(offering, locationId, registered),
      );
      await office.durable();
      return send(reply, answer);
    },
  );

  server.post('/control/faults', ({ body }, reply) =>
    send(
      reply,
      withParsed(faultScriptSchema, body, (script): Answer => {
        faults.add(script.faults);
        return { status: 204 };
      }),
    ),
  );

  server.delete('/control/faults', (_, reply) => {
    faults.clear();
    return send(reply, { status: 204 });
  });
}
