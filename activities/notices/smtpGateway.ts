import { Readable } from 'node:stream';
import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer';
import type { Notice } from '../../domain/notices';
import type { Delivery, NoticeGateway } from './gateway';

interface SmtpGatewayOptions {
  /** `smtp://` or `smtps://` with user, password and options, as nodemailer reads it. */
  url: string;
  /** Mailbox of the sender. */
  from: string;
  /** How long one notice may take, from the first attempt to connect to the server's last word. */
  longestMs?: number;
}

/** Some servers look at a message for a while before they take it. */
const LONGEST_SEND_MS = 60_000;

const LONGEST_WHY = 300;

/** A reason is logged, and a mailbox is somebody's. */
const MAILBOXES = /[^\s<>"']+@[^\s<>"']+/g;

/** Sends notices as plain text by SMTP, each over a connection of its own. */
export function createSmtpGateway({ url, from, longestMs = LONGEST_SEND_MS }: SmtpGatewayOptions): NoticeGateway {
  return {
    async send(notice): Promise<Delivery> {
      const seen = { isBegun: false };
      try {
        const transport = createTransport({ url, disableFileAccess: true, disableUrlAccess: true });
        watchData(transport, seen);
        await transport.sendMail({ ...mailOf(notice, from), signal: AbortSignal.timeout(longestMs) });
        return { kind: 'sent' };
      } catch (error) {
        return deliveryAfter(error as NodemailerError, seen.isBegun);
      }
    },
  };
}

/** The message is read once the server has said yes to DATA; after that a lost connection tells nothing. */
function watchData(transport: ReturnType<typeof createTransport>, seen: { isBegun: boolean }): void {
  transport.use('stream', ({ message }, done) => {
    const read = message.createReadStream.bind(message);
    async function* watched(): AsyncGenerator<Uint8Array> {
      seen.isBegun = true;
      yield* read() as AsyncIterable<Uint8Array>;
    }
    message.createReadStream = () => Readable.from(watched(), { objectMode: false });
    done();
  });
}

function mailOf({ noticeId, to, subject, text }: Notice, from: string): SendMailOptions {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from: { name: '', address: from },
    to: { name: '', address: to },
    subject,
    text,
    messageId: `<${messageIdOf(noticeId)}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** A message id may hold neither colons nor two dots in a row, a notice id neither slashes nor plus signs (RFC 5322, 3.6.4). */
const messageIdOf = (noticeId: string): string => noticeId.replaceAll(':', '/').replaceAll('.', '+');

/** Only a no to this recipient or this message is for good; before that the server refuses us, and that can be mended. */
function deliveryAfter(
  { code = '', command, responseCode = 0, permanent = true, message }: NodemailerError,
  isDataBegun: boolean,
): Delivery {
  const why = `${code} ${message}`.replace(MAILBOXES, 'a mailbox').replace(/\s+/g, ' ').trim().slice(0, LONGEST_WHY);
  if (isDataBegun && responseCode < 400) return { kind: 'unknown', why };
  const isAboutNotice = ['EENVELOPE', 'EMESSAGE'].includes(code) && command !== 'MAIL FROM';
  return { kind: 'refused', permanent: isAboutNotice && permanent, why };
}
