import { z } from 'zod';

/** Identifiers travel in URLs, workflow ids and database keys: letters, digits, dot, underscore, hyphen. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dot, underscore and hyphen, 64 at most');

/** A voucher number is opaque: the programme never published its format, so it is kept as it was mailed. */
export const voucherIdSchema = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'up to 64 visible characters without spaces');

const THIS_CENTURY = [/^20/, 'a year from 2000 to 2099'] as const;

/** A number given by Microsoft is opaque, too: it is kept as SAVB shows it. */
export const referenceNumberSchema = z
  .string()
  .regex(/^[\x20-\x7e]{1,64}$/, 'up to 64 visible characters')
  .trim();

/** A calendar day of the programme, `YYYY-MM-DD`, in the programme's fixed UTC offset; reckoning with it stays within four-digit years. */
export const daySchema = z.iso.date().regex(...THIS_CENTURY);

/** An instant, ISO 8601 with offset or `Z`. */
export const instantSchema = z.iso.datetime({ offset: true });

/** An instant somebody reports, from which days are reckoned. */
export const reportedInstantSchema = instantSchema.regex(...THIS_CENTURY);

/** ISO 3166-1 alpha-2, upper case. */
export const countrySchema = z.string().regex(/^[A-Z]{2}$/, 'two capital letters (ISO 3166-1)');

/** An address to which mail can go: before the @ it has at most 64 characters (RFC 5321, 4.5.3.1.1). */
export const emailSchema = z
  .email()
  .max(254)
  .refine((address) => address.lastIndexOf('@') <= 64, 'has at most 64 characters before the @');

export const textSchema = z.string().trim().min(1).max(2000);

export const nameSchema = z.string().trim().min(1).max(200);

/** Money in whole minor units (cents, öre) of an ISO 4217 currency. */
export const moneySchema = z.strictObject({
  minor: z.int().nonnegative(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters (ISO 4217)'),
});

export type Money = z.infer<typeof moneySchema>;
