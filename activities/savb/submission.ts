import type { PaymentRequestBody } from '../../contracts/savb';
import type { SavbAnswer } from '../../domain/settlement/answer';
import { outcomeOf, type Attempt, type AttemptOutcome } from '../../domain/settlement/attempt';
import { afterLookup, lastMomentToSend, nextStep } from '../../domain/settlement/protocol';
import type { NoAnswer } from '../../domain/settlement/reply';
import { requestBodyOf, type InvoicedRequest } from '../../domain/settlement/request';
import { sheetText } from '../../domain/settlement/sheet';
import type { Dependencies } from '../dependencies';
import { createInvoiceDocuments } from '../invoices/invoiceDocuments';
import { askAgain, refuseLate, waitUntil } from './askAgain';

/** Of an attempt whose worker died. */
const NOTHING_RECORDED: AttemptOutcome = { class: 'UNKNOWN', message: 'no outcome was recorded' };

/** Another attempt has begun: this one has been given up by everybody, and sends nothing. */
const SUPERSEDED = { kind: 'NOT_SENT', code: 'SUPERSEDED' } as const;

/** Takes the steps of the submission protocol, one after another, until there is an answer or it is time to wait. */
export function createSubmission({
  records,
  paymentTool,
  pace,
}: Pick<Dependencies, 'records' | 'paymentTool' | 'pace'>) {
  const { paymentRequests } = records;
  const { quarantineMs, longestRetryMs } = pace;
  const invoices = createInvoiceDocuments({ records });
  const again = (because: NoAnswer) => askAgain(because, longestRetryMs);

  /**
   * Answers what became of the request that `effectId` wants to be with SAVB. Throws the retryable failures of `askAgain`,
   * and `SavbUnknown` while a request of unknown fate may still be under way. Nothing is sent from the instant `notAfter` on.
   */
  return async function submit(request: InvoicedRequest, effectId: string, notAfter?: string): Promise<SavbAnswer> {
    for (;;) {
      const onRecord = await paymentRequests.existing(request.reference);
      const step = nextStep(onRecord, { nowMs: Date.now(), quarantineMs, effectId });
      switch (step.kind) {
        case 'answer':
          return step.answer;
        case 'wait':
          throw waitUntil(step.untilMs, step.why);
        case 'lookUp': {
          const answer = await lookUp(request, step.doubtful, effectId);
          if (answer) return answer;
          break;
        }
        case 'send': {
          refuseLate(request.reference, notAfter, pace.pollIntervalMs);
          const document = step.isFirst ? await invoices.documentFor(request) : onRecord.document;
          const answer = step.isFirst ? await refuseUnregistered(request) : undefined;
          if (answer) return answer;
          const sent = await send(requestBodyOf(request, document?.sha256), onRecord.attempt, effectId);
          if (sent) return sent;
        }
      }
    }
  };

  async function refuseUnregistered({ offering, locationId }: InvoicedRequest): Promise<SavbAnswer | undefined> {
    const found = await paymentTool.isRegistered(offering, locationId);
    if (found.kind === 'notRegistered')
      return { status: 'notRegistered', why: `SAVB has no registration of ${locationId} for ${offering}.` };
    if (found.kind !== 'registered' && found.kind !== 'byHand') throw again(found);
    return undefined;
  }

  /** Makes the attempt after `latest`. Undefined where its outcome is on record, or another attempt was quicker: look again. */
  async function send(body: PaymentRequestBody, latest: number, effectId: string): Promise<SavbAnswer | undefined> {
    const { reference } = body;
    const startedAtMs = Date.now();
    const startedAt = new Date(startedAtMs).toISOString();
    const attempt = await paymentRequests.beginAttempt(reference, latest, { startedAt, effectId });
    if (attempt === undefined) return undefined;
    const seen = (await paymentRequests.isCurrent(reference, attempt))
      ? await paymentTool.submit(body, lastMomentToSend(startedAtMs, quarantineMs))
      : SUPERSEDED;
    await paymentRequests.finishAttempt(reference, attempt, outcomeOf(seen));
    switch (seen.kind) {
      case 'byHand':
        return { status: 'byHand', sheet: sheetText(seen.sheet) };
      case 'NOT_SENT':
      case 'THROTTLED':
      case 'AUTH':
        throw again(seen);
      default:
        return undefined;
    }
  }

  /** Ends the doubt about earlier attempts, or answers that a person has to. */
  async function lookUp(
    request: InvoicedRequest,
    doubtful: Attempt[],
    effectId: string,
  ): Promise<SavbAnswer | undefined> {
    const { reference } = request;
    for (const { attempt, outcome } of doubtful)
      if (!outcome) await paymentRequests.finishAttempt(reference, attempt, NOTHING_RECORDED);
    const looked = await paymentTool.findByReference(reference);
    const meaning = afterLookup(request, doubtful, looked, { nowMs: Date.now(), effectId });
    switch (meaning.kind) {
      case 'answer':
        return meaning.answer;
      case 'askAgain':
        throw again(meaning.because);
      case 'record':
        for (const attempt of meaning.attempts)
          await paymentRequests.finishAttempt(reference, attempt, meaning.outcome);
        return undefined;
    }
  }
}
