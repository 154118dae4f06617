import type { Notice } from '../../domain/notices';

/** What became of a notice that was handed over. */
export type Delivery =
  | { kind: 'sent' }
  /** It certainly did not go out; `permanent` when it would be refused again. */
  | { kind: 'refused'; permanent: boolean; why: string }
  /** It may have gone out. */
  | { kind: 'unknown'; why: string };

/** Where notices go. Whatever the other side or the network does is an outcome and never thrown; nothing is retried here. */
export interface NoticeGateway {
  send(notice: Notice): Promise<Delivery>;
}
