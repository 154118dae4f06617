import { v5 as uuidv5 } from 'uuid';
import type { PaymentRequestBody } from '../../contracts/savb';
import { paymentRequestListSchema, paymentRequestReplySchema } from '../../contracts/savb';
import type { Looked, Unknown } from '../../domain/settlement/reply';
import { classifyAnswer, classifyReply, compareFound } from '../../domain/settlement/reply';
import type { ListOutcome, PaymentTool, RegistrationOutcome, SubmitOutcome } from './paymentTool';
import type { SavbClientOptions } from './savbClient';
import { createSavbClient } from './savbClient';

/** Never change it: `MS-RequestId` must come out the same for a reference however old it is. */
const REQUEST_ID_NAMESPACE = '5d0f7f0e-9c3b-4a53-8a8e-0f5c1f0b6a27';

/** So many of the list are well below the longest reply that is read. */
const PAGE = 500;

/** The payment tool behind an HTTP bridge that speaks the contract in `contracts/savb`. */
export function createHttpGateway(options: SavbClientOptions): PaymentTool {
  const client = createSavbClient(options);

  const ask = async (path: string) => classifyAnswer(await client.call({ method: 'GET', path }));

  const findByReference = async (reference: string): Promise<Looked> => {
    const answer = await ask(`/payment-requests?reference=${encodeURIComponent(reference)}`);
    if (answer.kind === 'ABSENT') return unknown('the lookup by reference answers 404');
    if (answer.kind !== 'OK') return answer;
    const list = paymentRequestListSchema.safeParse(answer.body);
    if (!list.success) return unknown('the lookup by reference answers something else');
    const { items } = list.data;
    // A bridge that ignores the question proves nothing by its answer.
    if (items.some((item) => item.reference !== reference))
      return unknown(`the lookup by reference answers ${items.length} payment requests, not just ours`);
    const [found, ...more] = items;
    if (!found) return { kind: 'none' };
    return more.length === 0
      ? { kind: 'found', paymentRequest: found }
      : { kind: 'several', microsoftReferenceNumbers: items.map((item) => item.microsoftReferenceNumber) };
  };

  const settleDuplicate = async (request: PaymentRequestBody): Promise<SubmitOutcome> => {
    const lookup = await findByReference(request.reference);
    return lookup.kind === 'found'
      ? compareFound(request, lookup.paymentRequest)
      : unknown(`SAVB calls the reference a duplicate, looking it up gives: ${whyOf(lookup)}`);
  };

  return {
    findByReference,

    async submit(request, notAfterMs) {
      const headers = { 'MS-RequestId': uuidv5(request.reference, REQUEST_ID_NAMESPACE) };
      const seen = await client.call({ method: 'POST', path: '/payment-requests', headers, body: request, notAfterMs });
      const reply = classifyReply(request, seen);
      return reply.kind === 'DUPLICATE' ? settleDuplicate(request) : reply;
    },

    async status(microsoftReferenceNumber) {
      const answer = await ask(`/payment-requests/${encodeURIComponent(microsoftReferenceNumber)}`);
      if (answer.kind === 'ABSENT') return { kind: 'none' };
      if (answer.kind !== 'OK') return answer;
      const found = paymentRequestReplySchema.safeParse(answer.body);
      return found.success && found.data.microsoftReferenceNumber === microsoftReferenceNumber
        ? { kind: 'found', paymentRequest: found.data }
        : unknown('the lookup by number answers something else');
    },

    async list(after): Promise<ListOutcome> {
      const query = new URLSearchParams({ limit: String(PAGE), ...(after !== undefined && { after }) });
      const answer = await ask(`/payment-requests?${query.toString()}`);
      if (answer.kind === 'ABSENT') return unknown('the list answers 404');
      if (answer.kind !== 'OK') return answer;
      const page = paymentRequestListSchema.safeParse(answer.body);
      if (!page.success) return unknown('the list answers something else');
      const { items, next } = page.data;
      return { kind: 'page', items, ...(next !== undefined && { next }) };
    },

    async isRegistered(offering, locationId): Promise<RegistrationOutcome> {
      const answer = await ask(
        `/registrations/${encodeURIComponent(offering)}?locationId=${encodeURIComponent(locationId)}`,
      );
      if (answer.kind === 'ABSENT') return { kind: 'notRegistered' };
      return answer.kind === 'OK' ? { kind: 'registered' } : answer;
    },

    close: () => client.close(),
  };
}

const unknown = (why: string): Unknown => ({ kind: 'UNKNOWN', why });

const whyOf = (lookup: Exclude<Looked, { kind: 'found' }>) => (lookup.kind === 'UNKNOWN' ? lookup.why : lookup.kind);
