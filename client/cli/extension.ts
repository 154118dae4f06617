import { createHash } from 'node:crypto';
import type { EngagementView, MessageStatus, Voucher } from '../../contracts/engagement';
import type { Stage } from '../../contracts/names';
import { addDays } from '../../domain/days';
import type { EngagementEvent } from '../../domain/engagement/events';
import type { Page } from './answer';
import { ApiFailure } from './failures';
import type { Api } from './http';

/** Microsoft extended every voucher that was assigned before a day (source: KURT-2020; E24). */
export interface Extension {
  /** `YYYY-MM-DD`; a voucher assigned on that day is not meant. */
  assignedBefore: string;
  addDays: number;
  reason: string;
}

/** What the extension did to one engagement. Expiries are last days, `YYYY-MM-DD`. */
export interface Extended {
  engagementId: string;
  previousExpiresOn: string;
  /** Absent as long as it is not known. */
  expiresOn?: string;
  outcome: 'extended' | 'extendedBefore' | 'wouldBeExtended' | 'accepted' | 'noLongerMeant' | 'refused' | 'failed';
  /** Why it was refused or failed. */
  reason?: string;
}

type WithVoucher = EngagementView & { voucher: Voucher };

/** In the order in which an engagement goes through them, so that one that moves on meanwhile is still found. */
const EXTENDABLE: readonly Stage[] = ['voucherAssigned', 'reserved', 'completionReported'];

const ATTEMPTS = 5;

const isMeant = (view: EngagementView, { assignedBefore }: Extension): view is WithVoucher =>
  EXTENDABLE.includes(view.stage) && view.voucher !== undefined && view.voucher.assignedOn < assignedBefore;

/** Every engagement whose voucher is extended, from all pages, in the order of their ids. @throws ApiFailure, Unreachable */
export async function findMeant(api: Api, extension: Extension): Promise<WithVoucher[]> {
  const found = new Map<string, WithVoucher>();
  for (const stage of EXTENDABLE) {
    let after: string | undefined;
    do {
      const query = { stage, limit: '100', after };
      const { body }: { body: Page<EngagementView> } = await api.call('GET', '/engagements', { query });
      for (const view of body.items) if (isMeant(view, extension)) found.set(view.engagementId, view);
      after = body.next;
    } while (after !== undefined);
  }
  return [...found.values()].sort((one, other) => (one.engagementId < other.engagementId ? -1 : 1));
}

/**
 * Names this extension of this voucher for good: said again, it is answered from the record, and refused when the reason is
 * worded otherwise. Day and days alone make it this one. A voucher that was replaced or corrected expires as if it had never
 * been extended: from then on it is another one. @throws ApiFailure, Unreachable
 */
async function keyOf(api: Api, { assignedBefore, addDays: days }: Extension, engagementId: string): Promise<string> {
  const { body } = await api.call<Page<EngagementEvent>>('GET', `/engagements/${engagementId}/timeline`);
  const replaced = body.items.findLast(({ type }) => type === 'VoucherReplaced');
  const named = [assignedBefore, days, engagementId, ...(replaced ? [replaced.version] : [])];
  return `extension-${createHash('sha256').update(JSON.stringify(named)).digest('hex')}`;
}

/**
 * Extends one voucher, once. The call is held to the version that was read; when the engagement has moved on, it is read
 * again. @throws ApiFailure, Unreachable
 */
export async function extend(
  api: Api,
  extension: Extension,
  view: WithVoucher,
  attempts = ATTEMPTS,
): Promise<Extended> {
  const { engagementId, version, voucher } = view;
  const path = `/engagements/${engagementId}`;
  const { addDays: days, reason } = extension;
  const before = { engagementId, previousExpiresOn: voucher.expiresOn };
  try {
    const { status, body } = await api.call<EngagementView>('POST', `${path}/voucher-extension`, {
      json: { addDays: days, reason },
      key: await keyOf(api, extension, engagementId),
      headers: { 'if-match': `"${version}"` },
    });
    if (status === 202) return { ...before, outcome: 'accepted' };
    const expiresOn = body.voucher?.expiresOn;
    return { ...before, expiresOn, outcome: expiresOn === voucher.expiresOn ? 'extendedBefore' : 'extended' };
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.problem.status !== 412 || attempts === 1) throw error;
    const { body: current } = await api.call<EngagementView>('GET', path);
    if (isMeant(current, extension)) return extend(api, extension, current, attempts - 1);
    return { ...before, outcome: 'noLongerMeant', reason: whyNot(current) };
  }
}

const whyNot = ({ stage, voucher }: EngagementView): string =>
  voucher && EXTENDABLE.includes(stage)
    ? `its voucher is now ${voucher.voucherId}, assigned on ${voucher.assignedOn}`
    : `it is now ${stage}`;

/** What `extend` would do, by what became of its message. @throws ApiFailure, Unreachable */
export async function foresee(api: Api, extension: Extension, view: WithVoucher): Promise<Extended> {
  const { engagementId, voucher } = view;
  const before = { engagementId, previousExpiresOn: voucher.expiresOn };
  const path = `/engagements/${engagementId}/messages/${await keyOf(api, extension, engagementId)}`;
  const { body } = await api.call<MessageStatus>('GET', path);
  switch (body.status) {
    case 'pending':
      return { ...before, expiresOn: addDays(voucher.expiresOn, extension.addDays), outcome: 'wouldBeExtended' };
    case 'applied':
      return { ...before, expiresOn: voucher.expiresOn, outcome: 'extendedBefore' };
    case 'refused':
      return { ...before, outcome: 'refused', reason: body.reason?.detail };
  }
}

/** The outcome of an extension that the API did not let through. @throws every error that is no answer of the API */
export function outcomeOf(error: unknown, { engagementId, voucher }: WithVoucher): Extended {
  if (!(error instanceof ApiFailure)) throw error;
  const { status, detail } = error.problem;
  const mayPass = status >= 500 || status === 412 || status === 429;
  const outcome = mayPass ? 'failed' : 'refused';
  return { engagementId, previousExpiresOn: voucher.expiresOn, outcome, reason: detail };
}
