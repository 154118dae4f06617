import type { Delivery } from '../activities/notices/gateway';
import type { PaymentTool } from '../activities/savb/paymentTool';
import type { Attempt } from '../activities/webhooks/gateway';
import { BATCH_DEADLINE_KINDS, DEADLINE_KINDS, PARTNER_DEADLINE_KINDS } from '../contracts/names';
import { REFUSALS, type RefusalCode } from '../domain/refusals';

/** The values that labels may have: each series is there from the beginning, or Prometheus misses the first it counts. */

/** Whom messages are about. */
const SUBJECTS = ['engagement', 'partner', 'batch'] as const;

/** What is asked of SAVB, as it is called in figures, and what may come of it. */
type Asked = {
  submit: 'submit';
  lookup: 'findByReference';
  status: 'status';
  list: 'list';
  registration: 'isRegistered';
};
export type SavbOperation = keyof Asked;
type SavbOutcome<Operation extends SavbOperation> = Awaited<ReturnType<PaymentTool[Asked[Operation]]>>['kind'];

const NO_ANSWER = { AUTH: true, THROTTLED: true, UNKNOWN: true, NOT_SENT: true } as const;
const SAVB_OUTCOMES: { [Operation in SavbOperation]: Record<SavbOutcome<Operation>, true> } = {
  submit: { SUCCESS: true, CONFLICT: true, REJECTED: true, byHand: true, ...NO_ANSWER },
  lookup: { found: true, several: true, none: true, byHand: true, ...NO_ANSWER },
  status: { found: true, none: true, byHand: true, ...NO_ANSWER },
  list: { page: true, byHand: true, ...NO_ANSWER },
  registration: { registered: true, notRegistered: true, byHand: true, ...NO_ANSWER },
};
const NOTICE_OUTCOMES: Record<Delivery['kind'], true> = { sent: true, refused: true, unknown: true };
const WEBHOOK_OUTCOMES: Record<Attempt['kind'], true> = { delivered: true, gone: true, refused: true };
const DEADLINES = { engagement: DEADLINE_KINDS, partner: PARTNER_DEADLINE_KINDS, batch: BATCH_DEADLINE_KINDS };

const outcomesOf = (outcomes: object) => Object.keys(outcomes).map((outcome) => ({ outcome }));

export const CALL_SERIES = Object.entries(SAVB_OUTCOMES).flatMap(([operation, outcomes]) =>
  outcomesOf(outcomes).map((one) => ({ operation, ...one })),
);
export const NOTICE_SERIES = outcomesOf(NOTICE_OUTCOMES);
export const WEBHOOK_SERIES = outcomesOf(WEBHOOK_OUTCOMES);
export const REFUSAL_SERIES = SUBJECTS.flatMap((subject) =>
  (Object.keys(REFUSALS) as RefusalCode[]).map((code) => ({ subject, code })),
);
export const DEADLINE_SERIES = SUBJECTS.flatMap((subject) => DEADLINES[subject].map((kind) => ({ subject, kind })));
