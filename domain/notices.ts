import type { BatchView } from '../contracts/batch';
import type { EngagementView } from '../contracts/engagement';
import { batchWorkflowId, engagementWorkflowId, partnerWorkflowId, type Role } from '../contracts/names';
import type { PartnerView } from '../contracts/partner';
import type { Task } from '../contracts/tasks';
import type { BatchEvent } from './batch/events';
import type { EngagementEvent } from './engagement/events';
import type { PartnerEvent } from './partner/events';
import { moment } from './wording';

/** One plain text to one mailbox about one event; its id is the same however often the event is read. */
export interface Notice {
  noticeId: string;
  to: string;
  subject: string;
  text: string;
}

/** The mailboxes that do not stand in an engagement. Who has none is told nothing. */
export interface Audience {
  /** Contact of the partner's business profile. Without one the operators read what the partner should. */
  partnerContact?: string;
  /** Where the programme's operators and support staff read. */
  operators?: string;
}

type Recipient = 'projectManager' | 'partner' | 'operators';
type Mailboxes = Partial<Record<Recipient, string>>;

/** What one recipient is told of one event. */
interface Draft {
  recipient: Recipient;
  /** What happened, in a few words. */
  headline: string;
  lines: readonly string[];
}

/** Longest subject that needs no folding, in characters (RFC 5322, 2.1.1). */
const LONGEST_SUBJECT = 78;
/** Whatever somebody wrote into a reason or an instruction, a notice stays short. */
const LONGEST_LINE = 500;
const MOST_INSTRUCTIONS = 30;

/** Who is told what of these events of an engagement. `view` is the engagement after them; instants are shown in UTC. */
export function noticesOf(events: readonly EngagementEvent[], view: EngagementView, to: Audience): Notice[] {
  const mailboxes: Mailboxes = {
    projectManager: view.voucher?.projectManager.email,
    partner: to.partnerContact ?? to.operators,
    operators: to.operators,
  };
  return events.flatMap((event) =>
    draftsOf(event, view, to).flatMap((draft) =>
      addressed(draft, mailboxes, engagementWorkflowId(view.engagementId), event),
    ),
  );
}

/** Who is told what of these events of a partner, which reads at the contact of its business profile if it has one. */
export function partnerNoticesOf(
  events: readonly PartnerEvent[],
  view: PartnerView,
  { operators }: Pick<Audience, 'operators'>,
): Notice[] {
  const mailboxes: Mailboxes = { partner: view.businessProfile?.contactEmail ?? operators, operators };
  return events.flatMap((event) =>
    partnerDraftsOf(event, view).flatMap((draft) =>
      addressed(draft, mailboxes, partnerWorkflowId(view.partnerId), event),
    ),
  );
}

/** Who is told what of these events of a batch; how an engagement is paid for its own notices tell. */
export function batchNoticesOf(events: readonly BatchEvent[], view: BatchView, to: Audience): Notice[] {
  const mailboxes: Mailboxes = { partner: to.partnerContact ?? to.operators, operators: to.operators };
  return events.flatMap((event) =>
    batchDraftsOf(event, view).flatMap((draft) => addressed(draft, mailboxes, batchWorkflowId(view.batchId), event)),
  );
}

/** Things of different kinds may have the same id, so a notice bears the id of the workflow. */
function addressed(
  { recipient, headline, lines }: Draft,
  mailboxes: Mailboxes,
  workflowId: string,
  { version }: { version: number },
): Notice[] {
  const to = mailboxes[recipient];
  if (to === undefined) return [];
  return [plainNotice({ noticeId: `${workflowId}:${version}:${recipient}`, to, headline, lines })];
}

/** A notice that says no more than it has room for, in lines without control characters. */
export const plainNotice = ({
  noticeId,
  to,
  headline,
  lines,
}: Pick<Notice, 'noticeId' | 'to'> & Pick<Draft, 'headline' | 'lines'>): Notice => ({
  noticeId,
  to,
  subject: plain(headline, LONGEST_SUBJECT),
  text: lines.map((line) => plain(line, LONGEST_LINE)).join('\n'),
});

function draftsOf(event: EngagementEvent, view: EngagementView, to: Audience): Draft[] {
  const customer = view.customer.name;
  const partner = (what: string, ...lines: string[]): Draft => ({
    recipient: 'partner',
    headline: `${view.engagementId}: ${what}`,
    lines: [...lines, '', awaited(view), toSee(`show ${view.engagementId}`)],
  });
  switch (event.type) {
    case 'VoucherReserved': {
      const { scheduledStart, scheduledEnd } = event.data.reservation;
      const what = `voucher reserved for ${customer}`;
      const reserved = `Voucher ${view.voucher?.voucherId} for ${customer} is reserved by ${view.partnerId}.`;
      const planned = `Planned from ${scheduledStart} to ${scheduledEnd}; to be redeemed by ${view.voucher?.expiresOn}.`;
      const asked = 'Nothing is asked of you now: the partner plans and delivers the engagement with you.';
      const questions = to.partnerContact === undefined ? [] : [`Questions: ${to.partnerContact}`];
      return [
        {
          recipient: 'projectManager',
          headline: `${view.engagementId}: ${what}`,
          lines: [reserved, planned, '', asked, ...questions],
        },
        partner(what, reserved, planned),
      ];
    }
    case 'DeadlineReminded':
      return [partner(`reminder about ${customer}`, event.data.about)];
    case 'TaskOpened':
      return [taskDraft(event.data.task, view.engagementId, customer)];
    case 'EngagementCancelled': {
      const { reason } = event.data;
      return [partner(`engagement with ${customer} cancelled`, `The engagement is cancelled. Reason: ${reason}`)];
    }
    case 'VoucherExpired': {
      const { expiredOn } = event.data;
      return [partner(`voucher of ${customer} expired`, `The voucher was not redeemed by its last day, ${expiredOn}.`)];
    }
    case 'PaymentStatusChanged':
      return event.data.status === 'paid' ? [partner(`paid for ${customer}`, paid(view))] : [];
    default:
      return [];
  }
}

function partnerDraftsOf(event: PartnerEvent, view: PartnerView): Draft[] {
  const partner = (what: string, ...lines: string[]): Draft => ({
    recipient: 'partner',
    headline: `${view.partnerId}: ${what}`,
    lines: [...lines, '', toSee(`checklist ${view.partnerId}`)],
  });
  switch (event.type) {
    case 'EnrollmentLapsed': {
      const { offerings, enrolledUntil, withdrawn, membershipEndsOn } = event.data;
      if (withdrawn) return [];
      return [
        partner(
          'enrollment lapsed',
          `The enrollment in ${offerings.join(', ')} ended on ${enrolledUntil} and was not renewed: no voucher can be reserved.`,
          ...(membershipEndsOn === undefined
            ? ['Awaited now: enrollInOfferings from globalAdmin.']
            : [
                `Renew the membership first, whose last day is ${membershipEndsOn}, and have its new date recorded (updateMembership).`,
                'Awaited then: enrollInOfferings from globalAdmin.',
              ]),
        ),
      ];
    }
    case 'DeadlineReminded':
      return [partner('reminder', event.data.text)];
    case 'TaskOpened':
      return [taskDraft(event.data.task, view.partnerId, view.name)];
    default:
      return [];
  }
}

function batchDraftsOf(event: BatchEvent, { batchId, partnerId, members }: BatchView): Draft[] {
  switch (event.type) {
    case 'DeadlineReminded': {
      const lines = [event.data.about, '', toSee(`batch show ${batchId}`)];
      return [{ recipient: 'partner', headline: `${batchId}: reminder`, lines }];
    }
    case 'TaskOpened':
      return [taskDraft(event.data.task, batchId, `${members.length} vouchers of ${partnerId}`)];
    default:
      return [];
  }
}

const TASK_READERS: Record<Role, Recipient> = {
  operator: 'operators',
  support: 'operators',
  globalAdmin: 'partner',
  partnerAdmin: 'partner',
  consultant: 'partner',
};

function taskDraft(task: Task, subjectId: string, about: string): Draft {
  const { taskId, title, instructions, role, resolutions, dueAt } = task;
  return {
    recipient: TASK_READERS[role],
    headline: `${subjectId}: ${title} (${about})`,
    lines: [
      `${title}: a task of ${role} about ${about}.`,
      ...instructions.split('\n').slice(0, MOST_INSTRUCTIONS),
      ...(dueAt === undefined ? [] : [`Due: ${moment(dueAt)}`]),
      '',
      ...(resolutions.length > 0 ? [`To resolve it: engagements resolve ${taskId} ${resolutions.join('|')}`] : []),
      toSee('tasks'),
    ],
  };
}

function paid({ paymentRequest }: EngagementView): string {
  const reference = paymentRequest?.microsoftReferenceNumber;
  const what = paymentRequest?.invoice ? `invoice ${paymentRequest.invoice.number}` : paymentRequest?.reference;
  return `Microsoft has paid ${what}${reference === undefined ? '' : `, its reference ${reference}`}.`;
}

function awaited({ awaiting }: EngagementView): string {
  if (!awaiting) return 'Nothing is awaited any more.';
  const until = awaiting.until === undefined ? '' : `, until ${moment(awaiting.until)}`;
  return `Awaited now: ${awaiting.message} from ${awaiting.from}${until}.`;
}

const toSee = (command: string): string => `To see it: engagements ${command}`;

/** One line without control characters: what somebody named or wrote can neither add a header nor a line. */
function plain(text: string, longest: number): string {
  const characters = [...text.replace(/[\s\p{Cc}]+/gu, ' ').trim()];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('');
}
