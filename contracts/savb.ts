import { z } from 'zod';
import { countrySchema, daySchema, idSchema, moneySchema, voucherIdSchema } from './common';
import { SAVB_STATUSES } from './names';

/**
 * The HTTP contract with SAVB, Microsoft's Online Payment Tool, or rather with a bridge in front of it: SAVB itself has no
 * API known to the public. What we send is strict; in what SAVB answers, fields we do not know are kept and ignored.
 */

/** Our own stable name of a payment request, `{engagementId}:invoice:{seq}`; SAVB takes it once. */
const referenceSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'letters, digits, dot, underscore, colon and hyphen, 128 at most');

export const savbStatusSchema = z.enum(SAVB_STATUSES);

/** Body of `POST /payment-requests`. */
export const paymentRequestBodySchema = z.strictObject({
  reference: referenceSchema,
  offering: idSchema,
  country: countrySchema,
  locationId: idSchema,
  vouchers: z
    .array(
      z.strictObject({ voucherId: voucherIdSchema, serviceLevelDays: z.int().min(1).max(15), redeemedOn: daySchema }),
    )
    .min(1)
    .max(500),
  amount: moneySchema,
  invoice: z.strictObject({
    number: z.string().trim().min(1).max(64),
    date: daySchema,
    documentSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits')
      .optional(),
  }),
});

/** A payment request as SAVB has it. `code` and `message` say why it was rejected. */
export const paymentRequestReplySchema = z.looseObject({
  microsoftReferenceNumber: z.string().min(1).max(64),
  reference: z.string(),
  status: savbStatusSchema,
  amount: z.looseObject({ minor: z.int(), currency: z.string() }),
  code: z.string().optional(),
  message: z.string().optional(),
});

/**
 * Answer to `GET /payment-requests?reference=…`: no items when SAVB does not have the reference; and to `GET
 * /payment-requests?limit=…&after=…`: a page of all there are, where `next` is the `after` of the next page, if there is one.
 */
export const paymentRequestListSchema = z.looseObject({
  items: z.array(paymentRequestReplySchema),
  next: z.string().optional(),
});

/** Answer to `GET /registrations/{offering}?locationId=…`; 404 with an error body when there is none. */
export const registrationSchema = z.looseObject({ offering: z.string(), locationId: z.string() });

/** Body of every answer that is not 2xx. `field` is a path such as `vouchers/0/redeemedOn`. */
export const savbErrorSchema = z.looseObject({
  code: z.string(),
  field: z.string().optional(),
  message: z.string(),
});

export type PaymentRequestBody = z.infer<typeof paymentRequestBodySchema>;
export type PaymentRequestReply = z.infer<typeof paymentRequestReplySchema>;
export type PaymentRequestList = z.infer<typeof paymentRequestListSchema>;
export type Registration = z.infer<typeof registrationSchema>;
export type SavbError = z.infer<typeof savbErrorSchema>;
