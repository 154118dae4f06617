/** Everything a worker runs: the workflow types by their registered names. */
export { engagement } from './engagement';
export { escalation } from './escalation';
export { partnerEnrollment } from './partnerEnrollment';
export { paymentBatch } from './paymentBatch';
export { reconciliation } from './reconciliation';
export { webhookTest } from './webhookTest';
