import { ApplicationFailure, heartbeat, sleep } from '@temporalio/activity';
import type { BatchGroup, BatchPayloads } from '../contracts/batch';
import { SYSTEM } from '../contracts/names';
import { batchNamedIn, memberClaim } from '../domain/batch/claims';
import { batchHolder, batchHolding } from '../domain/claims';
import type { Refusal } from '../domain/refusals';
import type { SavbAnswer } from '../domain/settlement/answer';
import type { Effect, Member } from '../domain/settlement/effect';
import { batchIdOf } from '../records/batches';
import { fingerprintOf } from '../records/fingerprint';
import type { Dependencies } from './dependencies';
import { NOBODY_ACTS, somebodyActs } from './whoActs';
import { refuseLate } from './savb/askAgain';

type Join = Extract<Effect, { kind: 'join' }>;
type Collected = Extract<SavbAnswer, { status: 'collected' }>;

/** What a batch said to somebody who wants to join: nothing on record yet, or its answer. */
type Said = { status: 'pending' } | { status: 'joined' } | { status: 'refused'; refusal: Refusal };

/** How often the record is looked at while a batch decides, and for how long. */
const LOOK_MS = 100;
const PATIENCE_MS = 10_000;

/** The activity that brings what an engagement asks for into a batch. */
export function createJoining({
  records: { batches, claims },
  batchMail,
  pace,
}: Pick<Dependencies, 'records' | 'batchMail' | 'pace'>) {
  return {
    /**
     * Brings the engagement into the open batch of its group, once, and answers which one that is. Safe to run again at any
     * point: a batch hears the same message id once, and a reference is in one batch only. Throws the retryable failures
     * `BatchSilent` while the batch's workflow does not decide, and `BatchRefuses` for a no that only a person can change.
     */
    async joinBatch({ reference, member, notAfter }: Join): Promise<Collected> {
      refuseLate(reference, notAfter, pace.pollIntervalMs);
      const group = groupOf(member);
      const prefix = prefixOf(group);
      const ask = (batchId: string) => say(batchId, reference, addition(batchId, group, reference, member));
      const holder = await holderOf(reference);
      if (holder !== undefined && (await ask(holder)).status === 'joined') return collected(holder);
      for (let number = await openNumber(prefix); ; number += 1) {
        const batchId = batchIdOf(prefix, number);
        const said = await ask(batchId);
        if (said.status === 'joined') return collected(batchId);
        const other = batchNamedIn(said.refusal);
        if (other !== undefined && (await saidBy(other, reference)).status === 'joined') return collected(other);
        if (said.refusal.code !== 'batch-sealed') throw refuses(batchId, reference, said.refusal);
      }
    },
  };

  /**
   * The batch that has the reference or is about to decide on it. One that has said no holds nothing, though its claim may
   * be left over from a decision that came to nothing.
   */
  async function holderOf(reference: string): Promise<string | undefined> {
    const claim = memberClaim(reference);
    const batchId = batchHolding((await claims.holderOf(claim)) ?? '');
    if (batchId === undefined || (await saidBy(batchId, reference)).status !== 'refused') return batchId;
    await claims.release(claim, batchHolder(batchId));
    return undefined;
  }

  /** The number of the batch that collects, or of the next one. */
  async function openNumber(prefix: string): Promise<number> {
    const latest = await batches.latestOf(prefix);
    if (!latest) return 1;
    return latest.stage === 'collecting' ? latest.number : latest.number + 1;
  }

  /**
   * Says it to the batch, whose workflow begins with it where none runs, and waits for the record's answer; where that is
   * there already, nothing is said.
   */
  async function say(
    batchId: string,
    reference: string,
    payload: BatchPayloads['addToBatch'],
  ): Promise<Exclude<Said, { status: 'pending' }>> {
    const before = await saidBy(batchId, reference);
    if (before.status !== 'pending') return before;
    const messageId = messageIdOf(reference, batchId);
    await batchMail(batchId, 'addToBatch', { messageId, sentAt: new Date().toISOString(), actor: SYSTEM, payload });
    for (const endsAt = Date.now() + PATIENCE_MS; ; await sleep(LOOK_MS)) {
      heartbeat();
      const said = await saidBy(batchId, reference);
      if (said.status !== 'pending') return said;
      if (Date.now() > endsAt)
        throw ApplicationFailure.retryable(
          `${batchId} has not decided on ${reference} yet. ${NOBODY_ACTS}`,
          'BatchSilent',
        );
    }
  }

  async function saidBy(batchId: string, reference: string): Promise<Said> {
    const { status, reason } = await batches.messageStatus(batchId, messageIdOf(reference, batchId));
    switch (status) {
      case 'pending':
        return { status };
      case 'applied':
        return { status: 'joined' };
      case 'refused':
        return { status, refusal: reason as Refusal };
    }
  }
}

const messageIdOf = (reference: string, batchId: string): string => `join:${reference}:${batchId}`;

const collected = (batchId: string): Collected => ({ status: 'collected', batchId });

const refuses = (batchId: string, reference: string, { code, detail }: Refusal) =>
  ApplicationFailure.retryable(
    `${batchId} does not take ${reference}: ${detail} (${code}). ${somebodyActs('put that right')}`,
    'BatchRefuses',
  );

const groupOf = ({ partnerId, request: { offering, country, locationId, amount } }: Member): BatchGroup => ({
  partnerId,
  offering,
  country,
  locationId,
  currency: amount.currency,
});

/** Names a group in the ids of its batches: the same for the same group, short, and readable as far as it goes. */
const prefixOf = (group: BatchGroup): string =>
  `${group.offering}-${group.country}-${fingerprintOf('batchGroup', group).slice(0, 10)}`;

/** Who joins, as the batch wants to know it; an engagement asks for one voucher. */
function addition(
  batchId: string,
  group: BatchGroup,
  reference: string,
  { engagementId, request, paymentRequestDueOn, utcOffset }: Member,
): BatchPayloads['addToBatch'] {
  const { vouchers, amount } = request;
  const [voucher] = vouchers;
  if (!voucher) throw ApplicationFailure.nonRetryable(`${reference} asks for no voucher`, 'NothingToJoin');
  return { batchId, group, member: { engagementId, reference, ...voucher, amount, paymentRequestDueOn }, utcOffset };
}
