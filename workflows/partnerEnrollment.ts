import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { partnerWorkflowId, startMessageId, UNKNOWN_OPERATOR } from '../contracts/names';
import type { ChecklistItem, PartnerPayloads, PartnerVerdict } from '../contracts/partner';
import { dayOf } from '../domain/days';
import { announces, registrationsIn } from '../domain/partner/announcements';
import { partnerCardOf } from '../domain/partner/card';
import type { RecordedPartnerMessage } from '../domain/partner/events';
import { takePartner } from '../domain/partner/evolve';
import { refusePartnerRole } from '../domain/partner/roles';
import { partnerSearchAttributesOf } from '../domain/partner/searchAttributes';
import type { Partner } from '../domain/partner/state';
import { partnerViewOf } from '../domain/partner/view';
import { Announcer } from './announcer';
import { noteCancellation } from './cancellation';
import { Chronicle, RECORDED } from './chronicle';
import { show } from './display';
import type { Answer, Letter } from './letter';
import { listen } from './listen';
import { Mailbox } from './mailbox';
import { Notifier } from './notifier';
import { checklistQuery, partnerMessages, partnerRecordedQuery, partnerViewQuery } from './partnerMessages';
import { record } from './record';
import { deadlinePassed, DeadlineTimer, isDue, NONE } from './timer';

const YEAR_MS = 365 * 24 * 3_600_000;

/** A run is short enough to be replayed at once; a busy partner continues before its anniversary. */
const MOST_EVENTS = 250;

/** The partner's membership registers it; a start that only wakes up a partner on record needs none. */
export type PartnerInput = { partnerId?: string } & Partial<PartnerPayloads['updateMembership']>;

/** What a run leaves to the next. */
export interface Continued {
  state: Partner;
  checklist: ChecklistItem[];
  /** Messages typed by hand so far. */
  written: number;
}

/**
 * A partner's standing in the programme, for as long as it is one: steps 1 to 3, the yearly renewal and everything that
 * runs out. It takes messages one at a time, has each decided and recorded, tells running engagements what that changed,
 * and continues as a new run every year. Fails when there is neither a record nor a message that registers the partner.
 */
export async function partnerEnrollment(input: PartnerInput = {}, continued?: Continued): Promise<void> {
  const { firstExecutionRunId, startTime, workflowId } = workflowInfo();
  const partnerId = input.partnerId ?? workflowId.slice(partnerWorkflowId('').length);
  if (workflowId !== partnerWorkflowId(partnerId))
    throw ApplicationFailure.nonRetryable(`${workflowId} is not the workflow of partner ${partnerId}`, 'NotRegistered');
  const endsAt = startTime.getTime() + YEAR_MS;
  const mailbox = new Mailbox<PartnerVerdict>(firstExecutionRunId, continued?.written ?? 0);
  const notifier = new Notifier();
  let checklist = continued?.checklist ?? [];
  const chronicle = new Chronicle<Partner, RecordedPartnerMessage, PartnerVerdict>(
    {
      async record(state, letter, at) {
        const handled = await record('handlePartnerMessage', state, { ...letter, partnerId }, at);
        checklist = handled.checklist;
        notifier.tell(handled.notices);
        return handled;
      },
      take: takePartner,
    },
    continued?.state,
  );
  const announcer = new Announcer(partnerId);
  const timer = new DeadlineTimer();

  listen(partnerMessages, mailbox, chronicle, ({ partnerId }, name, actor) =>
    refusePartnerRole(name, actor, partnerId),
  );
  setHandler(partnerViewQuery, () => chronicle.state && partnerViewOf(chronicle.state), {
    description: 'The partner as everybody sees it',
  });
  setHandler(checklistQuery, () => checklist, { description: 'What the programme asks, and what is met' });
  setHandler(partnerRecordedQuery, (version) => chronicle.recordedSince(version), { description: RECORDED });
  void noteCancellation(mailbox, 'a partner withdraws from its offerings instead');

  return CancellationScope.nonCancellable(async () => {
    const registration = registrationIn(input, partnerId);
    if (registration && !continued) await handle(registration);
    // A later run begins with the rules of its day, a lost one with what is on record.
    else if (continued || mailbox.isEmpty) await handle(deadlinePassed(NONE));
    for (;;) {
      const next = mailbox.take();
      const { state } = chronicle;
      const deadline = state?.deadlines[0];
      if (next) next.answer(await handle(next.letter));
      else if (!state) break;
      else if (deadline && isDue(deadline)) await handle(deadlinePassed(deadline));
      else await untilSomethingHappens(state);
    }
    await condition(allHandlersFinished);
    throw ApplicationFailure.nonRetryable(`no message registered ${partnerId}`, 'NotRegistered');
  });

  async function handle(letter: Letter): Promise<Answer<PartnerVerdict>> {
    const before = chronicle.events.length;
    const answer = await chronicle.handle(letter);
    const { state } = chronicle;
    if (state) {
      show(...shown(state));
      tellOf(state, chronicle.events.slice(before));
    }
    return answer;
  }

  /** A partner that was never enrolled has nothing reserved that could lose its eligibility. */
  function tellOf(state: Partner, news: typeof chronicle.events): void {
    const registrations = news.flatMap(registrationsIn);
    if (registrations.length > 0 || (state.enrollments.length > 0 && news.some(announces)))
      announcer.announce(state.version, dayOf(new Date().toISOString(), state.utcOffset), registrations);
  }

  function shown(state: Partner): Parameters<typeof show> {
    const view = partnerViewOf(state);
    return [partnerCardOf(view, checklist, chronicle.events), partnerSearchAttributesOf(view)];
  }

  async function untilSomethingHappens(state: Partner): Promise<void> {
    const { written } = mailbox;
    if (isOver() && isIdle() && allHandlersFinished())
      await continueAsNew<typeof partnerEnrollment>({ partnerId }, { state, checklist, written });
    timer.set(nextWake(state, endsAt));
    await condition(() => !mailbox.isEmpty || timer.rang || (isOver() && isIdle()));
    timer.rang = false;
  }

  function isIdle(): boolean {
    return announcer.isIdle && notifier.isIdle;
  }

  function isOver(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    return Date.now() >= endsAt || continueAsNewSuggested || historyLength > MOST_EVENTS;
  }
}

/** The next deadline, or the end of this run; once that has come, the run ends as soon as it is idle. */
function nextWake({ deadlines: [next] }: Partner, endsAt: number): { kind: string; at: string } | undefined {
  if (Date.now() >= endsAt) return next;
  const end = { kind: 'anniversary', at: new Date(endsAt).toISOString() };
  return next && next.at < end.at ? next : end;
}

/** The start as a message, where its input is a membership. */
function registrationIn({ name, mpnId, membershipRenewsOn }: PartnerInput, partnerId: string): Letter | undefined {
  if (name === undefined && mpnId === undefined && membershipRenewsOn === undefined) return undefined;
  const payload = { name, mpnId, membershipRenewsOn };
  return { name: 'updateMembership', messageId: startMessageId(partnerId), actor: UNKNOWN_OPERATOR, payload };
}
