import { z } from 'zod';
import { countrySchema, daySchema, idSchema, nameSchema } from './common';

/** What the partner's record says of its standing: the facts every eligibility rule is judged by. */
export const partnerFactsSchema = z.strictObject({
  partnerId: idSchema,
  name: nameSchema,
  mpnId: idSchema,
  membershipRenewsOn: daySchema,
  complianceTraining: z.strictObject({ completedOn: daySchema, evidence: nameSchema }).optional(),
  competencies: z.array(
    z.strictObject({
      competency: idSchema,
      tier: z.enum(['silver', 'gold']),
      attainedOn: daySchema,
      expiresOn: daySchema,
    }),
  ),
  agreement: z.strictObject({ signedBy: nameSchema, signedOn: daySchema, agreementVersion: idSchema }).optional(),
  enrollments: z.array(z.strictObject({ offering: idSchema, enrolledOn: daySchema, enrolledUntil: daySchema })),
  locations: z.array(z.strictObject({ locationId: idSchema, country: countrySchema, name: nameSchema })),
  consultants: z.array(
    z.strictObject({
      consultantId: idSchema,
      name: nameSchema,
      assessments: z.array(z.strictObject({ code: nameSchema, competency: idSchema, passedOn: daySchema })),
    }),
  ),
  savbRegistrations: z.array(z.strictObject({ offering: idSchema, locationId: idSchema, registeredOn: daySchema })),
});
export type PartnerFacts = z.infer<typeof partnerFactsSchema>;
