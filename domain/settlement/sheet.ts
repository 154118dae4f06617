import type { PaymentRequest } from '../../contracts/engagement';
import type { PaymentRequestBody } from '../../contracts/savb';
import type { Task } from '../../contracts/tasks';
import { amountText } from '../money';

/** A line of the form an operator fills in, in the form's order. */
export interface SheetLine {
  label: string;
  value: string;
}

/**
 * Everything to type or to choose in the SAVB Online Payment Tool, in the order of its form: vouchers by country and location,
 * the total, the partner's invoice (source: SAVB-TRN).
 */
export function sheetOf(request: PaymentRequestBody): SheetLine[] {
  const { reference, offering, country, locationId, vouchers, amount, invoice } = request;
  return [
    { label: 'Offering', value: offering },
    { label: 'Country', value: country },
    { label: 'Location', value: locationId },
    ...vouchers.map(({ voucherId, serviceLevelDays, redeemedOn }) => ({
      label: 'Voucher',
      value: `${voucherId}, service level ${serviceLevelDays}, redeemed on ${redeemedOn}`,
    })),
    { label: 'Total', value: amountText(amount) },
    { label: 'Invoice number', value: invoice.number },
    { label: 'Invoice date', value: invoice.date },
    ...(invoice.documentSha256 ? [{ label: 'Invoice document (SHA-256)', value: invoice.documentSha256 }] : []),
    { label: 'Our reference', value: reference },
  ];
}

/** The sheet as plain text, a line each. */
export const sheetText = (sheet: readonly SheetLine[]): string =>
  sheet.map(({ label, value }) => `${label}: ${value}`).join('\n');

/** Where the sheet and the invoice of an engagement, or of a batch, are to be had on paper. */
export function whereToPrint(owner: { engagementId: string } | { batchId: string }): string {
  const [command, path, id] =
    'batchId' in owner
      ? ['engagements batch', '/v1/batches', owner.batchId]
      : ['engagements', '/v1/engagements', owner.engagementId];
  return `To print: ${command} sheet ${id} --html --out sheet.html (GET ${path}/${id}/payment-request/sheet); the invoice to go with it: ${command} invoice ${id}`;
}

/** What speaks against typing a request in now, which would be a second invoice; undefined while a person is asked to. */
export function doNotType(
  { microsoftReferenceNumber }: Pick<PaymentRequest, 'microsoftReferenceNumber'>,
  tasks: readonly Pick<Task, 'kind' | 'about'>[],
): string | undefined {
  if (microsoftReferenceNumber !== undefined)
    return `SAVB has it already, as ${microsoftReferenceNumber}: do not type it in again.`;
  const asked = tasks.find(({ kind }) => kind === 'manualSubmission');
  if (asked?.about === 'submittedBefore')
    return 'It may be submitted already: look for it in SAVB first, and do not type it in while it may be there.';
  return asked
    ? undefined
    : 'Nobody is asked to submit it by hand: do not type it in while there is no task manualSubmission.';
}
