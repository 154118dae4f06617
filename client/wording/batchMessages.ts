import type { BATCH_ROUTES, BatchPayloads } from '../../contracts/batch';

/** Messages that have a route of their own at a batch. */
export type RoutedBatchMessage = keyof typeof BATCH_ROUTES;

/** What the help of each message says; every example is a payload its contract accepts. */
export const BATCH_MESSAGE_HELP: {
  [Name in RoutedBatchMessage]: { summary: string; example: BatchPayloads[Name] };
} = {
  sendBatch: {
    summary: 'collect nothing more, ask for the money now',
    example: { reason: 'end of the fiscal year' },
  },
  recordPaymentStatus: {
    summary: 'what SAVB says of the payment request, recorded by hand',
    example: { status: 'submitted', at: '2020-09-22T09:30:00Z', microsoftReferenceNumber: 'MS-4711' },
  },
  correctPaymentRequest: {
    summary: 'ask anew with corrected data for all, after SAVB rejected the payment request',
    example: { changes: { locationId: 'contoso-se' }, reason: 'the location was wrong' },
  },
  splitBatch: {
    summary: 'some engagements leave; what remains is asked for again',
    example: { engagementIds: ['E-1001', 'E-1002'], reason: 'amount of another level' },
  },
  addNote: { summary: 'a note in the timeline', example: { text: 'asked SAVB for the reason' } },
};
