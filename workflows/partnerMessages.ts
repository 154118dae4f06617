import { defineQuery } from '@temporalio/workflow';
import { PARTNER_MESSAGES, type PartnerMessageName } from '../contracts/names';
import type { ChecklistItem, PartnerVerdict, PartnerView } from '../contracts/partner';
import type { RecordedPartnerMessage } from '../domain/partner/events';
import { defineMessages, TASK_AND_NOTE_DESCRIPTIONS } from './defineMessages';

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
  ...TASK_AND_NOTE_DESCRIPTIONS,
};

export const partnerMessages = defineMessages<PartnerMessageName, PartnerVerdict>(PARTNER_MESSAGES, DESCRIPTIONS);

export const partnerViewQuery = defineQuery<PartnerView | undefined>('view');
export const checklistQuery = defineQuery<ChecklistItem[]>('checklist');
export const partnerRecordedQuery = defineQuery<RecordedPartnerMessage[], [version?: number]>('recorded');
