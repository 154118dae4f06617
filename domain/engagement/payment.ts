import type { Payloads } from '../../contracts/messages';
import type { PaymentStatus } from '../../contracts/names';
import { dayOf } from '../days';
import { refusal, type Refusal } from '../refusals';
import { missingFor } from '../settlement/paymentRequest';
import { isNews } from '../settlement/statusOrder';
import { claimId } from '../claims';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import { isFinal, openTask, type Engagement } from './state';
import { taskOpened } from './tasks';

/** Step 8 by message: what an operator read in the SAVB Online Payment Tool. */
export function decidePaymentStatus(
  state: Engagement,
  { payload, at }: MessageOf<'recordPaymentStatus'>,
  facts: Facts,
): Decision {
  const saysMore =
    payload.status === 'awaitingInvoice' &&
    state.paymentRequest?.status === 'awaitingInvoice' &&
    payload.invoiceDocument !== undefined;
  const no =
    payload.status === 'submitted'
      ? refuseSubmission(state, payload, facts)
      : refuseStatus(state, payload.status, saysMore);
  if (no) return refused({ ...no, ...withAwaiting(state) });
  const today = dayOf(at, state.utcOffset);
  if (dayOf(payload.at, state.utcOffset) > today)
    return refused(refusal('dates-out-of-order', `${payload.at} is in the future`, { at: `at most ${today}` }));
  return accepted(...statusEvents(state, payload, at));
}

function refuseSubmission(
  state: Engagement,
  { microsoftReferenceNumber }: Payloads['recordPaymentStatus'],
  facts: Facts,
): Refusal | undefined {
  const { paymentRequest } = state;
  if (!paymentRequest)
    return refusal(
      'held-by-task',
      `the request cannot be made yet: ${
        missingFor(state, facts)
          .map(({ detail }) => detail)
          .join(' ') || 'resolve the open task'
      }`,
    );
  if (state.stage !== 'redeemed' && paymentRequest.status !== 'rejected' && paymentRequest.status !== 'cancelled')
    return refusal(
      'payment-status-out-of-order',
      `the request was submitted as ${paymentRequest.microsoftReferenceNumber}`,
    );
  if (microsoftReferenceNumber === undefined)
    return refusal('reference-number-missing', 'a submitted request has a number', {
      microsoftReferenceNumber: 'required with submitted',
    });
  if (heldElsewhere(facts, microsoftReferenceNumber))
    return refusal('reference-number-used', `${microsoftReferenceNumber} belongs to another engagement`, {
      microsoftReferenceNumber: 'a number no other engagement has',
    });
  return undefined;
}

const heldElsewhere = (facts: Facts, number: string): boolean =>
  facts.heldElsewhere[claimId({ kind: 'referenceNumber', key: number })] !== undefined;

/** `saysMore`: the report says more than its status, so the status itself may be known already. */
function refuseStatus(
  { paymentRequest, stage }: Engagement,
  status: PaymentStatus,
  saysMore = false,
): Refusal | undefined {
  if (status === 'denied') return undefined;
  if (!paymentRequest || (stage === 'redeemed' && status !== 'rejected' && status !== 'cancelled'))
    return refusal('payment-status-out-of-order', `${status} cannot be: the request is not submitted yet`);
  if (!isNews(paymentRequest, status) && !saysMore)
    return refusal('payment-status-out-of-order', `${status} cannot follow ${paymentRequest.status}`);
  return undefined;
}

function statusEvents(state: Engagement, payload: Payloads['recordPaymentStatus'], at: string): NewEvent[] {
  const { status, note, microsoftReferenceNumber, invoiceDocument } = payload;
  const reference = state.paymentRequest?.reference;
  const noted = note !== undefined && { note };
  if (status === 'denied')
    return [
      {
        type: 'PaymentDenied',
        data: { ...(reference !== undefined && { reference }), reportedAt: payload.at, ...noted },
      },
    ];
  if (reference === undefined) return [];
  if (status === 'submitted')
    return [
      {
        type: 'PaymentRequestSubmitted',
        data: {
          reference,
          microsoftReferenceNumber: microsoftReferenceNumber ?? '',
          submittedAt: payload.at,
          ...noted,
        },
      },
    ];
  const rejection = (status === 'rejected' || status === 'cancelled') && {
    rejection: { message: note ?? `reported as ${status}` },
  };
  const changed: NewEvent = {
    type: 'PaymentStatusChanged',
    data: {
      reference,
      status,
      reportedAt: payload.at,
      ...rejection,
      ...(invoiceDocument && { invoiceDocument }),
      ...noted,
    },
  };
  return [changed, ...tasksFor(state, status, at, { detail: note, invoiceGiven: invoiceDocument !== undefined })];
}

/** Statuses that need a person (E18, E19, E20). */
function tasksFor(
  state: Engagement,
  status: PaymentStatus,
  at: string,
  about: { detail?: string; invoiceGiven?: boolean },
): NewEvent[] {
  const opened = (kind: Parameters<typeof taskOpened>[1]) =>
    state.openTasks.some((task) => task.kind === kind) ? [] : [taskOpened(state, kind, at, { detail: about.detail })];
  switch (status) {
    case 'awaitingInvoice':
      return about.invoiceGiven ? [] : opened('invoiceDocumentRequired');
    case 'held':
      return opened('paymentHeld');
    case 'rejected':
    case 'cancelled':
      return opened('paymentRejected');
    case 'unknown':
      return opened('submissionUnknown');
    default:
      return [];
  }
}

/** Step 8 by SAVB itself. An answer about another request, or one that tells nothing new, is no news. */
export function decideSavbAnswer(
  state: Engagement,
  { payload, at }: MessageOf<'recordSavbAnswer'>,
  facts: Facts,
): Decision {
  const { reference, answer } = payload;
  const { paymentRequest } = state;
  if (isFinal(state) || paymentRequest?.reference !== reference) return { kind: 'repeated' };
  switch (answer.status) {
    case 'byHand':
      return state.stage === 'redeemed' && paymentRequest.status === 'prepared' && !openTask(state, 'manualSubmission')
        ? accepted(taskOpened(state, 'manualSubmission', at, { detail: answer.sheet }))
        : { kind: 'repeated' };
    case 'submitted': {
      if (state.stage !== 'redeemed') return { kind: 'repeated' };
      const { microsoftReferenceNumber } = answer;
      if (heldElsewhere(facts, microsoftReferenceNumber)) {
        const why = `SAVB answered with ${microsoftReferenceNumber}, which another engagement has.`;
        return accepted(statusChanged(reference, 'unknown', at), ...tasksFor(state, 'unknown', at, { detail: why }));
      }
      return accepted({
        type: 'PaymentRequestSubmitted',
        data: { reference, microsoftReferenceNumber, submittedAt: at },
      });
    }
    case 'unknown':
      if (state.stage !== 'redeemed' || paymentRequest.status === 'unknown') return { kind: 'repeated' };
      return accepted(
        statusChanged(reference, 'unknown', at),
        ...tasksFor(state, 'unknown', at, { detail: answer.why }),
      );
    case 'rejected':
    case 'cancelled': {
      if (refuseStatus(state, answer.status)) return { kind: 'repeated' };
      const { code, message } = answer;
      const detail = code === undefined ? message : `${code}: ${message}`;
      const rejection = { message, ...(code !== undefined && { code }) };
      return accepted(
        statusChanged(reference, answer.status, at, { rejection }),
        ...tasksFor(state, answer.status, at, { detail }),
      );
    }
    default:
      if (refuseStatus(state, answer.status)) return { kind: 'repeated' };
      return accepted(
        statusChanged(reference, answer.status, at),
        ...tasksFor(state, answer.status, at, { detail: answer.message }),
      );
  }
}

function statusChanged(
  reference: string,
  status: PaymentStatus,
  reportedAt: string,
  more: { rejection?: { code?: string; message: string } } = {},
): NewEvent {
  return { type: 'PaymentStatusChanged', data: { reference, status, reportedAt, ...more } };
}
