import type { SearchAttributePair } from '@temporalio/common';
import type { EngagementInput, EngagementView } from '../../contracts/engagement';
import { engagementWorkflowId, TASK_QUEUE, WORKFLOW_TASK_TIMEOUT } from '../../contracts/names';
import type { RecordedMessage } from '../../domain/engagement/events';
import { searchAttributesOf } from '../../domain/engagement/searchAttributes';
import type { SearchAttribute } from '../../domain/searchAttributes';
import { words } from '../../domain/wording';

const SUMMARY_BYTES = 200;

/** How the workflow of an engagement is started, for the first time or anew; `isDiscreet`: the customer is not named. */
export function startOptions(input: EngagementInput, view: EngagementView, isDiscreet = false) {
  return {
    workflowId: engagementWorkflowId(input.engagementId),
    taskQueue: TASK_QUEUE,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    args: [input] as [EngagementInput],
    staticSummary: isDiscreet ? words(input.engagementType) : summaryOf(input),
    staticDetails: detailsOf(input, isDiscreet),
    typedSearchAttributes: searchAttributesOf(view).filter(hasValue),
  };
}

/** The input an engagement was started with, from its record. Throws when the record does not begin with its start. */
export function recordedInput([first]: RecordedMessage[]): EngagementInput {
  const [started] = first?.events ?? [];
  if (started?.type !== 'EngagementStarted') throw new Error('the record does not begin with its start');
  const { deadlines: _deadlines, ...terms } = started.data;
  return { engagementId: started.engagementId, ...terms, startedBy: started.actor };
}

/** A long customer's name gives way: Temporal takes so many bytes and no more. */
function summaryOf({ customer, engagementType }: EngagementInput): string {
  const rest = ` · ${words(engagementType)}`;
  const characters = [...customer.name];
  while (Buffer.byteLength(characters.join('') + rest) > SUMMARY_BYTES) characters.pop();
  return characters.join('') + rest;
}

/** What it was started with, in Markdown. */
function detailsOf(
  { customer, partnerId, engagementType, serviceLevelDays, rulebook, startedBy }: EngagementInput,
  isDiscreet: boolean,
): string {
  const facts = [
    ['Customer', isDiscreet ? customer.country : `${customer.name}, ${customer.country}`],
    ['Partner', partnerId],
    ['Engagement type', words(engagementType)],
    ['Service level', serviceLevelDays === undefined ? 'the voucher’s' : `${serviceLevelDays} days`],
    ['Rules', `edition ${rulebook.id}`],
    ['Started by', `${words(startedBy.role).toLowerCase()}${isDiscreet ? '' : ` ${startedBy.subject}`}`],
  ];
  return facts.map(([name, fact]) => `- **${name}:** ${fact}`).join('\n');
}

/** Only a running workflow can clear an attribute; at the start it is just left out. */
const hasValue = (attribute: SearchAttribute): attribute is SearchAttribute & SearchAttributePair =>
  attribute.value !== null;
