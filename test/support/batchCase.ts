import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { BatchPayloads, BatchVerdict, BatchView } from '../../contracts/batch';
import type { Actor, Envelope } from '../../contracts/messages';
import { batchWorkflowId, invoiceReference, type BatchMessageName } from '../../contracts/names';
import type { PaymentRequestReply } from '../../contracts/savb';
import type { BatchEvent } from '../../domain/batch/events';
import { fingerprintOf } from '../../records/fingerprint';
import { OPERATOR } from './case';
import { eventually } from './eventually';
import { SAVB_TOKEN, tellSavb, type House } from './house';
import { refusalOf } from './refusalOf';

/** One batch as a test sees it. */
export class BatchCase {
  readonly handle: WorkflowHandle;

  constructor(
    private readonly house: Pick<House, 'client' | 'records' | 'savbUrl'>,
    readonly batchId: string,
  ) {
    this.handle = house.client.workflow.getHandle(batchWorkflowId(batchId));
  }

  /** Sends by Update and waits for the verdict; throws `WorkflowUpdateFailedError` when refused. */
  send<Name extends BatchMessageName>(
    name: Name,
    payload: BatchPayloads[Name],
    { actor = OPERATOR, messageId = randomUUID() }: { actor?: Actor; messageId?: string } = {},
  ): Promise<BatchVerdict> {
    return this.handle.executeUpdate<BatchVerdict, [Envelope]>(name, {
      args: [{ messageId, sentAt: new Date().toISOString(), actor, payload }],
      updateId: `${messageId}:${fingerprintOf(name, payload)}`,
    });
  }

  readonly refusalOf = refusalOf;

  view(): Promise<BatchView> {
    return this.handle.query<BatchView>('view');
  }

  timeline(): Promise<BatchEvent[]> {
    return this.handle.query<BatchEvent[]>('timeline');
  }

  /** Resolves with the view on record as soon as it fits. Real time; the jest timeout ends a wait in vain. */
  async until(fits: (view: BatchView) => boolean): Promise<BatchView> {
    const view = await eventually(
      () => this.house.records.batches.view(this.batchId),
      (shown) => shown !== undefined && fits(shown),
    );
    return view!;
  }

  reference(seq = 1): string {
    return invoiceReference(this.batchId, seq);
  }

  /** Lets SAVB's sandbox report another status. */
  async advance(status: string, { seq = 1, ...more }: { seq?: number; code?: string; message?: string } = {}) {
    await tellSavb(this.house.savbUrl, 'advance', { reference: this.reference(seq), status, ...more });
  }

  /** What SAVB has booked for this batch. */
  async booked(seq = 1): Promise<PaymentRequestReply[]> {
    const headers = { authorization: `Bearer ${SAVB_TOKEN}` };
    const address = `${this.house.savbUrl}/payment-requests?reference=${this.reference(seq)}`;
    return ((await (await fetch(address, { headers })).json()) as { items: PaymentRequestReply[] }).items;
  }
}
