import { sheetOf } from '../../domain/settlement/sheet';
import type { PaymentTool } from './paymentTool';

/**
 * The payment tool as the public knows it: no API, a person at a web form. What that person finds out comes back as
 * `recordPaymentStatus`.
 */
export const createManualGateway = (): PaymentTool => ({
  submit: async (request) => ({ kind: 'byHand', sheet: sheetOf(request) }),
  findByReference: async () => ({ kind: 'byHand' }),
  status: async () => ({ kind: 'byHand' }),
  list: async () => ({ kind: 'byHand' }),
  isRegistered: async () => ({ kind: 'byHand' }),
  close: async () => undefined,
});
