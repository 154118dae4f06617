import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Envelope } from '../contracts/messages';
import type { TaskOrNoteMessageName } from '../contracts/names';

export const TASK_AND_NOTE_DESCRIPTIONS: Record<TaskOrNoteMessageName, string> = {
  resolveTask: 'Resolve an open task in one of its ways',
  claimTask: 'Take a task on',
  releaseTask: 'Give a task back',
  addNote: 'Write a note into the timeline',
};

/**
 * Each message twice under one name: the Signal is the durable contract, the Update adds a verdict. A description is what
 * support staff read beside the name in the Temporal UI.
 */
export const defineMessages = <Name extends string, Verdict>(
  names: readonly Name[],
  descriptions: Record<Name, string>,
) =>
  names.map((name) => ({
    name,
    description: descriptions[name],
    signal: defineSignal<[Envelope]>(name),
    update: defineUpdate<Verdict, [Envelope]>(name),
  }));
