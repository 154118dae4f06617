import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Envelope } from '../contracts/messages';
import { PARTNER_MESSAGES, type PartnerMessageName } from '../contracts/names';
import type { ChecklistItem, PartnerVerdict, PartnerView } from '../contracts/partner';

const DESCRIPTIONS: Record<PartnerMessageName, string> = {
  updateMembership: 'The partner, its MPN id and the day its membership is renewed',
  recordComplianceTraining: 'Step 1: the company completed the compliance training',
  recordCompetency: 'Step 1: the company attained or renewed a competency',
  recordConsultant: 'Step 1: a consultant and the assessments he or she passed',
  addLocation: 'Step 1: an MPN location of the partner',
  signAgreement: 'Step 2: policies reviewed and the program agreement signed',
  enrollInOfferings: 'Step 2: enrolled in offerings for the year',
  renewEnrollment: 'Every year: requirements reviewed and enrollment renewed',
  withdrawFromOffering: 'An offering given up',
  updateBusinessProfile: 'Step 3: the business profile customers see',
  registerWithSavb: 'Before the first payment: registered with SAVB for an offering',
  mapBankAccount: 'The bank account of a location',
  resolveTask: 'Resolve an open task in one of its ways',
  claimTask: 'Take a task on',
  releaseTask: 'Give a task back',
  addNote: 'Write a note into the timeline',
};

/** Each message twice under one name: the Signal is the durable contract, the Update adds a verdict. */
export const partnerMessages = PARTNER_MESSAGES.map((name) => ({
  name,
  description: DESCRIPTIONS[name],
  signal: defineSignal<[Envelope]>(name),
  update: defineUpdate<PartnerVerdict, [Envelope]>(name),
}));

export const partnerViewQuery = defineQuery<PartnerView | undefined>('view');
export const checklistQuery = defineQuery<ChecklistItem[]>('checklist');
