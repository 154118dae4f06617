import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { BatchView } from '../../../contracts/batch';
import type { EngagementView } from '../../../contracts/engagement';
import { isInvoiced, requestBodyOf, type InvoicedRequest } from '../../../domain/settlement/request';
import { doNotType, sheetOf, sheetText } from '../../../domain/settlement/sheet';
import type { Records } from '../../../records/connect';
import { visible } from '../access/access';
import { capitalized } from '../contract/examples';
import type { ApiDependencies } from '../dependencies';
import { sendFile } from '../headers';
import { ApiProblem } from '../problems/problems';
import { SHEET_POLICY, sheetPage } from '../sheetPage';

type View = EngagementView | BatchView;

/** Who asks for money: an engagement for itself, or a batch for several. */
const ownersIn = ({ engagements, batches }: Records) => [
  {
    what: 'engagement',
    path: '/v1/engagements/:engagementId/payment-request',
    parameter: 'engagementId',
    sendCommand: 'engagements send',
    view: (id: string): Promise<View | undefined> => engagements.view(id),
  },
  {
    what: 'batch',
    path: '/v1/batches/:batchId/payment-request',
    parameter: 'batchId',
    sendCommand: 'engagements batch',
    view: (id: string): Promise<View | undefined> => batches.view(id),
  },
];

/** The payment request on paper: the partner's invoice, and the sheet that is typed into SAVB. */
export const paymentRequestRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, { records }) => {
  for (const { what, path, parameter, sendCommand, view: viewOf } of ownersIn(records)) {
    const params = z.object({ [parameter]: z.string() });
    const owner = capitalized(what);
    const tags = ['payment requests'];

    app.get(
      `${path}/invoice`,
      {
        schema: {
          operationId: `get${owner}Invoice`,
          tags,
          summary: "The partner's invoice to Microsoft; its ETag is its SHA-256",
          params,
          response: {
            200: { description: 'The invoice', content: { 'application/pdf': { schema: z.unknown() } } },
            304: z.undefined().describe('Not changed'),
          },
        },
      },
      async (request, reply) => {
        const id = request.params[parameter]!;
        const { reference, invoice } = invoicedRequest(id, visible(request, await viewOf(id), `${what} ${id}`));
        const found = await records.invoiceDocuments.open(reference);
        if (!found) throw new ApiProblem('not-found', `the invoice of ${id} is made when it is sent`);
        const { document, stream } = found;
        return sendFile(reply, { ...document, name: `invoice-${invoice.number}.pdf`, type: 'application/pdf', stream });
      },
    );

    app.get(
      `${path}/sheet`,
      {
        schema: {
          operationId: `get${owner}PaymentSheet`,
          tags,
          summary: 'What to type into SAVB, in the order of its form: a page to print, or text for Accept: text/plain',
          params,
          response: {
            200: {
              description: 'The sheet',
              content: { 'text/html': { schema: z.string() }, 'text/plain': { schema: z.string() } },
            },
          },
        },
      },
      async (request, reply) => {
        const id = request.params[parameter]!;
        const view = visible(request, await viewOf(id), `${what} ${id}`);
        const invoiced = invoicedRequest(id, view);
        const { document } = (await records.paymentRequests.get(invoiced.reference)) ?? {};
        const lines = sheetOf(requestBodyOf(invoiced, document?.sha256));
        const warning = doNotType(invoiced, view.tasks);
        void reply.header('cache-control', 'private, no-store').header('vary', 'accept');
        if (prefersPlainText(request.headers)) {
          const text = `${sheetText(lines)}\n`;
          return reply.type('text/plain; charset=utf-8').send(warning === undefined ? text : `${warning}\n\n${text}`);
        }
        const partner = await records.partners.view(view.partnerId);
        if (!partner) throw new Error(`${id} is of ${view.partnerId}, who is not on record`);
        return reply
          .header('content-security-policy', SHEET_POLICY)
          .type('text/html; charset=utf-8')
          .send(sheetPage({ id, partner, lines, warning, sendCommand }));
      },
    );
  }
};

/** @throws ApiProblem 404 when there is no payment request, or none of its own */
function invoicedRequest(id: string, { paymentRequest }: View): InvoicedRequest {
  if (!paymentRequest) throw new ApiProblem('not-found', `${id} has no payment request yet`);
  if (isInvoiced(paymentRequest)) return paymentRequest;
  const batch = paymentRequest.batchId === undefined ? 'a batch' : `batch ${paymentRequest.batchId}`;
  throw new ApiProblem('not-found', `${id} is invoiced together with others, in ${batch}`);
}

/** Whether text is asked for, and a page is not asked for as much (RFC 9110, 12.5.1). */
function prefersPlainText({ accept = '' }: IncomingHttpHeaders): boolean {
  const wish = (type: string): number => {
    const range = accept.split(',').find((each) => each.split(';')[0]?.trim().toLowerCase() === type);
    return range === undefined ? 0 : Number(/;\s*q=([\d.]+)/.exec(range)?.[1] ?? 1);
  };
  return wish('text/plain') > wish('text/html');
}
