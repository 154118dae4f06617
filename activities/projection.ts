import type { Recorded } from '../domain/record';
import { isInvoiced, requestBodyOf, type OwnRequest } from '../domain/settlement/request';
import type { Records } from '../records/connect';

/** Who asks SAVB for money: an engagement, or a batch. */
interface Asking {
  paymentRequest?: OwnRequest;
  openTasks: readonly unknown[];
}

/**
 * Brings everything that follows from the record up to `after`, which `documents` led to: the view, the task list, the
 * intent to invoice. Each step may be repeated and none of them goes back to an older version. Answers with the view that is
 * shown then.
 */
export const createProject =
  <State extends Asking, View>(
    { paymentRequests }: Pick<Records, 'paymentRequests'>,
    views: { project(view: View): Promise<View>; show(view: View): Promise<View> },
    viewOf: (state: State) => View,
  ) =>
  async (before: State | undefined, documents: readonly AnyDocument[], after: State): Promise<View> => {
    const { paymentRequest } = after;
    const { reference } = before?.paymentRequest ?? {};
    const isNew = paymentRequest && paymentRequest.reference !== reference;
    const [shown] = await Promise.all([
      hasTasks(before, documents) ? views.project(viewOf(after)) : views.show(viewOf(after)),
      ...(isNew && isInvoiced(paymentRequest)
        ? [paymentRequests.intend(paymentRequest.reference, requestBodyOf(paymentRequest))]
        : []),
    ]);
    return shown;
  };

type AnyDocument = Recorded<{ type: string }>;

/** Whether the task list may have anything to follow: most steps have no task open and open none. */
const hasTasks = (before: Asking | undefined, documents: readonly AnyDocument[]): boolean =>
  (before !== undefined && before.openTasks.length > 0) ||
  documents.some(({ events }) => events.some(({ type }) => type === 'TaskOpened'));
