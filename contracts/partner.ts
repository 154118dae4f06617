import { z } from 'zod';
import { countrySchema, daySchema, emailSchema, idSchema, instantSchema, nameSchema, textSchema } from './common';
import { actorSchema, taskAndNoteSchemas } from './messages';
import {
  CHECKLIST_STATUSES,
  PARTNER_DEADLINE_KINDS,
  PARTNER_EVENT_TYPES,
  REQUIREMENTS,
  type PartnerMessageName,
} from './names';
import { taskSchema } from './tasks';

const membershipSchema = z.strictObject({ name: nameSchema, mpnId: idSchema, membershipRenewsOn: daySchema });
const complianceTrainingSchema = z.strictObject({ completedOn: daySchema, evidence: nameSchema });
const competencySchema = z.strictObject({
  competency: idSchema,
  tier: z.enum(['silver', 'gold']),
  attainedOn: daySchema,
  expiresOn: daySchema,
});
const consultantSchema = z.strictObject({
  consultantId: idSchema,
  name: nameSchema,
  assessments: z.array(z.strictObject({ code: nameSchema, competency: idSchema, passedOn: daySchema })).max(100),
});
const locationSchema = z.strictObject({ locationId: idSchema, country: countrySchema, name: nameSchema });
const bankAccountSchema = z.strictObject({ locationId: idSchema, bankAccountReference: nameSchema });
const offeringsSchema = z.array(idSchema).min(1).max(20);

const businessProfileSchema = z.strictObject({
  headline: nameSchema,
  description: textSchema,
  website: z.url({ protocol: /^https?$/ }).max(500),
  countries: z.array(countrySchema).min(1).max(250),
  offerings: offeringsSchema,
  contactEmail: emailSchema,
});

const agreementSchema = z.strictObject({
  signedBy: nameSchema,
  signedOn: daySchema,
  policiesReviewedOn: daySchema,
  agreementVersion: idSchema,
});

/** The payload of every partner message, by message name: the one source for API, CLI, activities and OpenAPI. */
export const partnerPayloadSchemas = {
  updateMembership: membershipSchema,
  recordComplianceTraining: complianceTrainingSchema,
  recordCompetency: competencySchema,
  recordConsultant: consultantSchema,
  addLocation: locationSchema,
  updateBusinessProfile: businessProfileSchema,
  signAgreement: agreementSchema,
  enrollInOfferings: z.strictObject({ offerings: offeringsSchema }),
  renewEnrollment: z.strictObject({
    requirementsReviewedOn: daySchema,
    policiesReviewedOn: daySchema,
    offerings: offeringsSchema,
  }),
  withdrawFromOffering: z.strictObject({ offering: idSchema, reason: textSchema }),
  registerWithSavb: z.strictObject({ offering: idSchema, locationId: idSchema, bankAccountReference: nameSchema }),
  mapBankAccount: bankAccountSchema,
  ...taskAndNoteSchemas,
} satisfies Record<PartnerMessageName, z.ZodType>;

export type PartnerPayloads = { [Name in PartnerMessageName]: z.infer<(typeof partnerPayloadSchemas)[Name]> };

/** The route under `/v1/partners/{id}/` that takes a message; `updateMembership` is said to the partner itself. */
export const PARTNER_ROUTES = {
  updateMembership: '',
  recordComplianceTraining: 'compliance-training',
  recordCompetency: 'competencies',
  recordConsultant: 'consultants',
  addLocation: 'locations',
  signAgreement: 'agreement',
  enrollInOfferings: 'enrollments',
  renewEnrollment: 'renewal',
  withdrawFromOffering: 'withdrawal',
  registerWithSavb: 'savb-registrations',
  mapBankAccount: 'bank-accounts',
  updateBusinessProfile: 'business-profile',
} as const satisfies Partial<Record<PartnerMessageName, string>>;

/** What is said by a PUT: the same content again is the same effect, and needs no key. */
export const PARTNER_PUTS: readonly PartnerMessageName[] = ['updateMembership', 'updateBusinessProfile'];

/** What the partner's record says of its standing: the facts every eligibility rule is judged by. */
const partnerFactsSchema = membershipSchema.extend({
  partnerId: idSchema,
  complianceTraining: complianceTrainingSchema.optional(),
  competencies: z.array(competencySchema),
  consultants: z.array(consultantSchema),
  locations: z.array(locationSchema),
  agreement: agreementSchema.optional(),
  /** One per offering: the year it was last enrolled for. A withdrawal ends it on its day. */
  enrollments: z.array(z.strictObject({ offering: idSchema, enrolledOn: daySchema, enrolledUntil: daySchema })),
  businessProfile: businessProfileSchema.optional(),
  savbRegistrations: z.array(z.strictObject({ offering: idSchema, locationId: idSchema, registeredOn: daySchema })),
  bankAccounts: z.array(bankAccountSchema),
});
export type PartnerFacts = z.infer<typeof partnerFactsSchema>;

const partnerDeadlineSchema = z.strictObject({
  kind: z.enum(PARTNER_DEADLINE_KINDS),
  at: instantSchema,
  /** The offerings or competency it is about. */
  about: z.array(z.string()),
});
export type PartnerDeadline = z.infer<typeof partnerDeadlineSchema>;

/** A partner as everybody sees it. `version` counts its events and is its ETag. */
export const partnerViewSchema = partnerFactsSchema.extend({
  version: z.int(),
  nextDeadline: partnerDeadlineSchema.optional(),
  tasks: z.array(taskSchema),
  registeredAt: instantSchema,
  updatedAt: instantSchema,
});
export type PartnerView = z.infer<typeof partnerViewSchema>;

/** A partner as a list shows it: without its people and places. */
export const partnerSummarySchema = partnerViewSchema
  .pick({
    ...{ partnerId: true, name: true, mpnId: true, membershipRenewsOn: true },
    ...{ version: true, nextDeadline: true, registeredAt: true, updatedAt: true },
  })
  .extend({ openTasks: z.int().nonnegative() });
export type PartnerSummary = z.infer<typeof partnerSummarySchema>;

export const partnerListSchema = z.strictObject({ items: z.array(partnerSummarySchema), next: z.string().optional() });

/** One fact of a partner's history; versions are 1, 2, 3 … without gaps. */
export const partnerEventSchema = z.strictObject({
  partnerId: idSchema,
  version: z.int().positive(),
  type: z.enum(PARTNER_EVENT_TYPES),
  at: instantSchema,
  messageId: z.string().optional(),
  actor: actorSchema,
  /** Edition of the rules it was judged by. */
  rulebook: z.string(),
  data: z.looseObject({}),
});

export const partnerTimelineSchema = z.strictObject({ items: z.array(partnerEventSchema) });

/** One thing the programme asks of a partner, and how it stands: the green check mark or what to do for it. */
const requirementSchema = z.strictObject({
  name: z.enum(REQUIREMENTS),
  met: z.boolean(),
  /** First day on which it was met. */
  since: daySchema.optional(),
  /** Last day on which it will be met, if it runs out. */
  expires: daySchema.optional(),
  /** Where the rule comes from. */
  source: z.string(),
  /** What to do, as long as it is not met. */
  nextStep: z.string().optional(),
});

const checklistItemSchema = z.strictObject({
  offering: z.string(),
  engagementType: z.string(),
  status: z.enum(CHECKLIST_STATUSES),
  requirements: z.array(requirementSchema),
});
export type ChecklistItem = z.infer<typeof checklistItemSchema>;

export const checklistSchema = z.strictObject({ items: z.array(checklistItemSchema) });

/** What an Update of a partner answers: the message took effect, or had taken effect before. A no is thrown. */
export const partnerVerdictSchema = z.strictObject({
  status: z.literal('applied'),
  version: z.int(),
  repeated: z.literal(true).optional(),
});
export type PartnerVerdict = z.infer<typeof partnerVerdictSchema>;
