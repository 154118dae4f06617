import type { MessageStatus } from '../../../contracts/engagement';
import { keyIn, partnersMessageId, RESERVED_MESSAGE_ID } from '../../../contracts/names';
import type { Principal } from '../access/principal';

/** Under which id a message with this key of the caller's is recorded; the ids that workflows give are nobody's keys. */
export const idOnRecord = ({ tenant, partnerId }: Principal, key: string): string =>
  tenant === 'staff' || partnerId === undefined || RESERVED_MESSAGE_ID.test(key)
    ? key
    : partnersMessageId(partnerId, key);

interface Asked {
  /** Of what the message was said to. */
  id: string;
  /** Whose that is; undefined while there is none of it. */
  partnerId: string | undefined;
  key: string;
}

/** What became of the caller's message with this key; staff, who see every partner, find that of the partner as well. */
export async function statusOfMessage(
  record: { messageStatus(id: string, messageId: string): Promise<MessageStatus> },
  principal: Principal,
  { id, partnerId, key }: Asked,
): Promise<MessageStatus> {
  const own = idOnRecord(principal, key);
  const theirs = partnerId === undefined ? own : partnersMessageId(partnerId, key);
  const status = await record.messageStatus(id, own);
  const found =
    status.status === 'pending' && principal.tenant === 'staff' ? await record.messageStatus(id, theirs) : status;
  return { ...found, messageId: key };
}

/** Events as a reader of the API sees them: each with the key its sender gave it. */
export const withKeys = <Event extends { messageId?: string }>(events: readonly Event[]): Event[] =>
  events.map((event) => (event.messageId === undefined ? event : { ...event, messageId: keyIn(event.messageId) }));
