import type { MessageStatus } from '../../../contracts/engagement';
import { words } from '../../../domain/wording';

/** What became of what was said last. */
export interface Outcome {
  /** What was said, by its name. */
  message: string;
  status: MessageStatus['status'];
  /** Why it was refused. */
  reason?: string;
  /** The address of the page that tells more, as long as it is pending. */
  again?: string;
}

/** Tells above a page what became of the form that led to it. */
export const Notice = ({ outcome: { message, status, reason, again }, page }: { outcome: Outcome; page: string }) => (
  <p class={`outcome ${status}`} role="status">
    {status === 'applied' && `✓ ${words(message)}: done.`}
    {status === 'refused' && `✗ ${words(message)}: refused. ${reason ?? ''}`}
    {status === 'pending' && (
      <>
        {`… ${words(message)}: sent, and not on record yet. `}
        <a href={again ?? page}>Look again</a>
      </>
    )}
  </p>
);
