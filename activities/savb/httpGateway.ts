import { v5 as uuidv5 } from 'uuid';
import type { PaymentRequestBody } from '../../contracts/savb';
import { paymentRequestListSchema, paymentRequestReplySchema } from '../../contracts/savb';
import type { Unknown } from '../../domain/settlement/reply';
import { classifyAnswer, classifyReply, compareFound } from '../../domain/settlement/reply';
import type { LookupOutcome, PaymentTool, RegistrationOutcome, SubmitOutcome } from './paymentTool';
import type { SavbClientOptions } from './savbClient';
import { createSavbClient } from './savbClient';

/** Never change it: `MS-RequestId` must come out the same for a reference however old it is. */
const REQUEST_ID_NAMESPACE = '5d0f7f0e-9c3b-4a53-8a8e-0f5c1f0b6a27';

/** The payment tool behind an HTTP bridge that speaks the contract in `contracts/savb`. */
export function createHttpGateway(options: SavbClientOptions): PaymentTool {
  const client = createSavbClient(options);

  const ask = async (path: string) => classifyAnswer(await client.call({ method: 'GET', path }));

  const findByReference = async (reference: string): Promise<LookupOutcome> => {
    const answer = await ask(`/payment-requests?reference=${encodeURIComponent(reference)}`);
    if (answer.kind === 'ABSENT') return unknown('the lookup by reference answers 404');
    if (answer.kind !== 'OK') return answer;
    const list = paymentRequestListSchema.safeParse(answer.body);
    if (!list.success) return unknown('the lookup by reference answers something else');
    const [found, ...more] = list.data.items;
    if (!found) return { kind: 'none' };
    // A bridge that ignores the question or cuts its answer proves nothing by it.
    if (more.length > 0 || found.reference !== reference)
      return unknown(`the lookup by reference answers ${list.data.items.length} payment requests, not just ours`);
    return { kind: 'found', paymentRequest: found };
  };

  const settleDuplicate = async (request: PaymentRequestBody): Promise<SubmitOutcome> => {
    const lookup = await findByReference(request.reference);
    return lookup.kind === 'found'
      ? compareFound(request, lookup.paymentRequest)
      : unknown(`SAVB calls the reference a duplicate, looking it up gives: ${whyOf(lookup)}`);
  };

  return {
    findByReference,

    async submit(request) {
      const headers = { 'MS-RequestId': uuidv5(request.reference, REQUEST_ID_NAMESPACE) };
      const seen = await client.call({ method: 'POST', path: '/payment-requests', headers, body: request });
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

const whyOf = (lookup: Exclude<LookupOutcome, { kind: 'found' }>) =>
  lookup.kind === 'UNKNOWN' ? lookup.why : lookup.kind;
