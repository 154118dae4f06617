import type { PaymentEventData } from './settlement/events';
import type { TaskEventData } from './tasks';
import type { Refusal } from './refusals';

/** Stands where something about a customer was. */
export const FORGOTTEN = '[forgotten]';

/** The same data with these texts forgotten, where there are any. */
export const without =
  <Key extends string>(...texts: Key[]) =>
  <Data extends { [_ in Key]?: string }>(data: Data): Data => ({
    ...data,
    ...Object.fromEntries(texts.filter((text) => data[text] !== undefined).map((text) => [text, FORGOTTEN])),
  });

export const asItIs = <Data>(data: Data): Data => data;

const withoutWords = ({ errors, ...refusal }: Refusal): Refusal => ({
  ...without('detail')(refusal),
  ...(errors && { errors: errors.map(without('message')) }),
});

interface CommonData extends PaymentEventData, TaskEventData {
  NoteAdded: { text: string };
  DeadlineReminded: { about: string };
  MessageRefused: { refusal: Refusal };
}

/** What stays of facts that engagements and batches have in common: texts that somebody wrote go. */
export const STAYS_IN_COMMON: { [Type in keyof CommonData]: <Data extends CommonData[Type]>(data: Data) => Data } = {
  NoteAdded: without('text'),
  DeadlineReminded: without('about'),
  TaskOpened: (data) => ({ ...data, task: without('instructions')(data.task) }),
  TaskClaimed: without('note'),
  TaskReleased: without('note'),
  TaskResolved: without('note'),
  MessageRefused: (data) => ({ ...data, refusal: withoutWords(data.refusal) }),
  PaymentRequestPrepared: asItIs,
  PaymentRequestSubmitted: without('note'),
  PaymentStatusChanged: (data) => ({
    ...without('note')(data),
    ...(data.rejection && { rejection: without('message')(data.rejection) }),
  }),
  PaymentDenied: without('note'),
  PaymentRequestCorrected: without('reason'),
};
