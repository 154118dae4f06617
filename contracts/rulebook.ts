import { z } from 'zod';
import { countrySchema, daySchema, moneySchema } from './common';

const code = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/);
/** Where a rule comes from, in the words of the programme's reference. */
const source = z.string().min(1);

/** Positions at which something comes again that came before. */
const repeated = (words: string[]): number[] =>
  words.flatMap((word, index) => (words.indexOf(word) < index ? [index] : []));

/**
 * One edition of the programme's rules as dated data. Days are calendar days; a window's last day counts to its end;
 * an absent bound is open.
 */
export const rulebookSchema = z
  .strictObject({
    id: z.string().regex(/^\d{4}-\d{2}[A-Za-z0-9.-]*$/),
    title: z.string(),
    agreementVersion: z.string(),
    offerings: z.array(z.strictObject({ code, name: z.string() })),
    engagementTypes: z.array(
      z.strictObject({
        code,
        name: z.string(),
        offering: code,
        competencies: z.array(code).min(1),
        tiers: z.array(z.enum(['silver', 'gold'])).min(1),
        validFrom: daySchema.optional(),
        validThrough: daySchema.optional(),
      }),
    ),
    /** What the programme once offered and no longer does; no edition here has rows for it. */
    retirements: z.array(z.strictObject({ name: z.string(), on: daySchema, source })),
    serviceLevels: z.strictObject({ days: z.array(z.int().positive()), source }),
    competencies: z.array(
      z.strictObject({
        code,
        name: z.string(),
        /** Each entry is a set of codes which together prove the competency; no entry at all asks nothing of a consultant. */
        assessments: z.array(z.array(z.string()).min(1)),
        source,
      }),
    ),
    /** Nothing a partner reports is older than the programme. */
    programme: z.strictObject({ firstOn: daySchema, source }),
    complianceTraining: z.strictObject({ required: z.boolean(), source }),
    /** So close to the end of the membership it is renewed first; then the partner may enroll. */
    membership: z.strictObject({ renewBeforeDays: z.int().positive(), source }),
    enrollment: z.strictObject({
      renewalOpensDaysBefore: z.int().positive(),
      remindDaysBefore: z.array(z.int().positive()),
      source,
    }),
    competencyExpiry: z.strictObject({ taskDaysBefore: z.int().positive(), source }),
    assignWindow: z.strictObject({ firstOn: daySchema.optional(), lastOn: daySchema.optional(), source }),
    voucherValidity: z.strictObject({ days: z.int().positive(), source }),
    /** Extensions Microsoft once granted to all: for vouchers assigned before a day. An operator applies them. */
    extensions: z.array(z.strictObject({ assignedBefore: daySchema, addDays: z.int().positive(), source })),
    /** Through this day the days of a voucher that runs out go back to the customer's pool; afterwards there is none. */
    returnOfDays: z.strictObject({ through: daySchema.optional(), source }),
    lastRedemption: z.strictObject({ on: daySchema.optional(), source }),
    /** No second engagement of 15 days of a type per customer; the number is in the rule's name. */
    fifteenDayRule: z.strictObject({ source }),
    offSite: z.strictObject({ maxDays: z.int().nonnegative(), remoteThrough: daySchema.optional(), source }),
    paymentWindow: z.strictObject({
      days: z.int().positive(),
      remindDaysBefore: z.array(z.int().positive()),
      /** At this reminder the task `paymentWindowClosing` opens, if the request has not been made. */
      taskDaysBefore: z.int().positive(),
      source,
    }),
    paymentExpectation: z.strictObject({ days: z.int().positive(), source }),
    voucherAwaited: z.strictObject({
      remindAfterDays: z.array(z.int().positive()),
      taskAfterDays: z.int().positive(),
      source,
    }),
    expiry: z.strictObject({
      remindDaysBefore: z.array(z.int().positive()),
      recordingGraceDays: z.int().nonnegative(),
      source,
    }),
    closingDays: z.int().positive(),
  })
  .superRefine(({ offerings, engagementTypes, competencies }, context) => {
    const lists = { offerings, engagementTypes, competencies };
    for (const [list, rows] of Object.entries(lists))
      for (const index of repeated(rows.map((row) => row.code)))
        context.addIssue({ code: 'custom', path: [list, index, 'code'], message: 'is there twice' });
    const offeringCodes = offerings.map((row) => row.code);
    const competencyCodes = competencies.map((row) => row.code);
    engagementTypes.forEach((row, index) => {
      if (!offeringCodes.includes(row.offering))
        context.addIssue({
          code: 'custom',
          path: ['engagementTypes', index, 'offering'],
          message: 'is not an offering',
        });
      if (!row.competencies.every((competency) => competencyCodes.includes(competency)))
        context.addIssue({
          code: 'custom',
          path: ['engagementTypes', index, 'competencies'],
          message: 'names one that is not a competency',
        });
    });
  });
export type Rulebook = z.infer<typeof rulebookSchema>;

/** Amounts per country, offering and service level. Microsoft never published them: a table is configuration. */
export const ratesSchema = z
  .strictObject({
    title: z.string(),
    rates: z.array(
      z.strictObject({
        country: countrySchema,
        offering: code,
        serviceLevelDays: z.int().positive(),
        amount: moneySchema,
      }),
    ),
  })
  .superRefine(({ rates }, context) => {
    const keys = rates.map((rate) => [rate.country, rate.offering, rate.serviceLevelDays].join(' '));
    for (const index of repeated(keys))
      context.addIssue({ code: 'custom', path: ['rates', index], message: `${keys[index]} is there twice` });
  });
export type Rates = z.infer<typeof ratesSchema>;

/** Body of `GET /v1/catalogue`. */
export const catalogueSchema = z.strictObject({
  rulebook: z.string(),
  offerings: rulebookSchema.shape.offerings,
  engagementTypes: rulebookSchema.shape.engagementTypes,
  serviceLevels: z.array(z.int()),
  competencies: z.array(z.strictObject({ code, name: z.string() })),
});
