import { randomUUID } from 'node:crypto';
import type { PaymentRequestBody, PaymentRequestReply } from '../../contracts/savb';
import { SAVB_TOKEN, tellSavb, type House } from './house';

/** Sends SAVB's sandbox a payment request past everybody. */
export async function bookStray(
  house: Pick<House, 'savbUrl' | 'today'>,
  body: Partial<PaymentRequestBody> = {},
): Promise<PaymentRequestReply> {
  const day = await house.today();
  const response = await fetch(`${house.savbUrl}/payment-requests`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SAVB_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      reference: `stray-${randomUUID()}`,
      offering: 'DDPS',
      country: 'SE',
      locationId: 'contoso-se',
      vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: day }],
      amount: { minor: 100, currency: 'SEK' },
      invoice: { number: '1', date: day },
      ...body,
    }),
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as PaymentRequestReply;
}

/** What SAVB's staff does about it. */
export const cancelStray = (
  house: Pick<House, 'savbUrl'>,
  { microsoftReferenceNumber }: PaymentRequestReply,
): Promise<void> => tellSavb(house.savbUrl, 'advance', { microsoftReferenceNumber, status: 'cancelled' });
