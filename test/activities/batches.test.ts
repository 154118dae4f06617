import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createBatchOutcomes } from '../../activities/batchOutcomes';
import { createJoining } from '../../activities/batches';
import type { EngagementView } from '../../contracts/engagement';
import type { Envelope } from '../../contracts/messages';
import type { BatchOutcome } from '../../domain/batch/outcomes';
import { refusal, type Refusal } from '../../domain/refusals';
import type { Member } from '../../domain/settlement/effect';

const reference = 'e-1:invoice:1';
const member: Member = {
  engagementId: 'e-1',
  partnerId: 'contoso',
  request: {
    reference,
    status: 'prepared',
    gateway: 'batch',
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-09-01' }],
    amount: { minor: 8_250_000, currency: 'SEK' },
  },
  paymentRequestDueOn: '2020-10-31',
  utcOffset: '+00:00',
};

/** Failing is what these activities do to be tried again; it need not be logged. */
const quietEnvironment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

type Said = 'applied' | Refusal;

/** Batches that answer as told, by number; a group's latest is `latest`. What was sent to which is in `mails`. */
function world(
  answers: Record<number, Said | undefined>,
  latest?: { number: number; stage: 'collecting' | 'prepared' },
) {
  const mails: [batchId: string, envelope: Envelope][] = [];
  const heard = new Set<string>();
  const numberIn = (batchId: string) => Number(batchId.split('-').at(-1));
  const holder: { batchId?: string } = {};
  const released: string[] = [];
  const records = {
    batches: {
      latestOf: async () => latest,
      messageStatus: async (batchId: string, messageId: string) => {
        const said = heard.has(messageId) ? answers[numberIn(batchId)] : undefined;
        if (said === undefined) return { messageId, status: 'pending' as const };
        if (said === 'applied') return { messageId, status: said };
        return { messageId, status: 'refused' as const, reason: { ...said } };
      },
    },
    claims: {
      holderOf: async () => holder.batchId && `batch:${holder.batchId}`,
      release: async (_claim: unknown, by: string) => void released.push(by),
    },
  };
  const dependencies = {
    records,
    pace: { pollIntervalMs: 1_000 },
    batchMail: async (batchId: string, _name: string, envelope: Envelope) => {
      mails.push([batchId, envelope]);
      heard.add(envelope.messageId);
    },
  } as unknown as Parameters<typeof createJoining>[0];
  const joining = createJoining(dependencies);
  const environment = quietEnvironment();
  return {
    mails,
    heard,
    holder,
    released,
    environment,
    join: (who = member, notAfter?: string): Promise<unknown> =>
      environment.run(async () =>
        joining.joinBatch({
          kind: 'join',
          id: 'join',
          reference,
          member: who,
          ...(notAfter !== undefined && { notAfter }),
        }),
      ),
  };
}

const asked = (mails: readonly [string, Envelope][]) => mails.map(([batchId]) => batchId);
const FIRST = /^DDPS-SE-[0-9a-f]{10}-1$/;
const sealed = refusal('batch-sealed', 'no more vouchers');

describe('an engagement joins', () => {
  test('the first batch of its group, which it opens', async () => {
    const { join, mails } = world({ 1: 'applied' });
    const answer = (await join()) as { batchId: string };
    expect(answer).toStrictEqual({ status: 'collected', batchId: expect.stringMatching(FIRST) as string });
    expect(mails).toMatchObject([
      [
        answer.batchId,
        {
          messageId: `join:${reference}:${answer.batchId}`,
          actor: { subject: 'system', role: 'system' },
          payload: {
            batchId: answer.batchId,
            group: {
              partnerId: 'contoso',
              offering: 'DDPS',
              country: 'SE',
              locationId: 'contoso-se',
              currency: 'SEK',
            },
            member: {
              engagementId: 'e-1',
              reference,
              voucherId: 'V-1',
              serviceLevelDays: 5,
              redeemedOn: '2020-09-01',
              amount: { minor: 8_250_000, currency: 'SEK' },
              paymentRequestDueOn: '2020-10-31',
            },
            utcOffset: '+00:00',
          },
        },
      ],
    ]);
  });

  test.each([
    ['partner', { partnerId: 'northwind' }],
    ['location', { request: { ...member.request, locationId: 'contoso-uppsala' } }],
    ['currency', { request: { ...member.request, amount: { minor: 1, currency: 'EUR' } } }],
    ['country', { request: { ...member.request, country: 'NO' } }],
    ['offering', { request: { ...member.request, offering: 'SDPS' } }],
  ])('another group than one of another %s', async (_what, changes) => {
    const { join, mails } = world({ 1: 'applied' });
    await join();
    await join({ ...member, ...changes });
    expect(new Set(asked(mails)).size).toBe(2);
  });

  test('the latest batch, while it collects', async () => {
    const { join } = world({ 4: 'applied' }, { number: 4, stage: 'collecting' });
    expect(await join()).toMatchObject({ batchId: expect.stringMatching(/-4$/) as string });
  });

  test('the next one, when the latest has gone out', async () => {
    const { join, mails } = world({ 5: 'applied' }, { number: 4, stage: 'prepared' });
    expect(await join()).toMatchObject({ batchId: expect.stringMatching(/-5$/) as string });
    expect(mails).toHaveLength(1);
  });

  test('the next one, when the batch goes out just then', async () => {
    const { join } = world({ 4: sealed, 5: sealed, 6: 'applied' }, { number: 4, stage: 'collecting' });
    expect(await join()).toMatchObject({ batchId: expect.stringMatching(/-6$/) as string });
  });
});

describe('an engagement that is in a batch', () => {
  test('is answered with it, by the batch that has its claim', async () => {
    const { join, mails, holder } = world({ 2: 'applied', 3: 'applied' }, { number: 3, stage: 'collecting' });
    holder.batchId = 'DDPS-SE-0123456789-2';
    expect(await join()).toMatchObject({ batchId: 'DDPS-SE-0123456789-2' });
    expect(asked(mails)).toStrictEqual(['DDPS-SE-0123456789-2']);
  });

  test('is answered with it, by the batch that refuses it for that reason', async () => {
    const other = 'DDPS-SE-0123456789-7';
    const no = refusal('already-in-batch', `it is in ${other}`, { batchId: other });
    const { join, heard } = world({ 7: 'applied', 8: no }, { number: 8, stage: 'collecting' });
    heard.add(`join:${reference}:${other}`);
    expect(await join()).toStrictEqual({ status: 'collected', batchId: other });
  });

  test('is not in it, when that batch has refused it: a claim left over is given up', async () => {
    const { join, heard, holder, released } = world({ 2: sealed, 3: 'applied' }, { number: 3, stage: 'collecting' });
    holder.batchId = 'DDPS-SE-0123456789-2';
    heard.add(`join:${reference}:${holder.batchId}`);
    expect(await join()).toMatchObject({ batchId: expect.stringMatching(/-3$/) as string });
    expect(released).toStrictEqual(['batch:DDPS-SE-0123456789-2']);
  });
});

describe('it is tried again', () => {
  const failureOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => undefined,
      (error: ApplicationFailure) => [error.type, error.nonRetryable],
    );

  test('while the batch decides nothing, and shows that it lives meanwhile', async () => {
    jest.useFakeTimers();
    try {
      const { join, environment } = world({});
      const beats: unknown[] = [];
      environment.on('heartbeat', (detail: unknown) => beats.push(detail));
      const failure = failureOf(join());
      await jest.advanceTimersByTimeAsync(11_000);
      expect(await failure).toStrictEqual(['BatchSilent', false]);
      expect(beats.length).toBeGreaterThan(10);
    } finally {
      jest.useRealTimers();
    }
  });

  test.each([
    ['a refusal nobody expects', refusal('batch-group-differs', 'another country')],
    ['the same voucher under another reference', refusal('already-in-batch', 'V-1', { batchId: 'DDPS-SE-0-1' })],
  ])('after %s, until a person has put it right', async (_what, no) => {
    expect(await failureOf(world({ 1: no }).join())).toStrictEqual(['BatchRefuses', false]);
  });

  test('but joins nothing after its window, when a person is about to be asked', async () => {
    const { join, mails } = world({ 1: 'applied' });
    expect(await failureOf(join(member, new Date(Date.now() - 1).toISOString()))).toStrictEqual([
      'SavbHasNoNews',
      false,
    ]);
    expect(mails).toStrictEqual([]);
    expect(await join(member, new Date(Date.now() + 60_000).toISOString())).toMatchObject({ status: 'collected' });
  });

  test('but not without a voucher', async () => {
    const nothing = { ...member, request: { ...member.request, vouchers: [] } };
    expect(await failureOf(world({}).join(nothing))).toStrictEqual(['NothingToJoin', true]);
  });
});

describe('telling engagements', () => {
  const outcome = (engagementId: string, version: number): BatchOutcome => ({
    engagementId,
    messageId: `batch:b-1:${version}`,
    payload: { status: 'approved', at: '2020-10-01T08:00:00.000Z' },
  });
  type Mail = Parameters<typeof createBatchOutcomes>[0]['mail'];

  async function tell(mail: Mail, stage?: EngagementView['stage']) {
    const view = async () => stage && ({ stage } as EngagementView);
    const records = { engagements: { view } };
    const telling = createBatchOutcomes({ records, mail } as unknown as Parameters<typeof createBatchOutcomes>[0]);
    const outcomes = [outcome('e-1', 5), outcome('e-2', 5), outcome('e-1', 6), outcome('e-2', 6)];
    return quietEnvironment()
      .run(async () => telling.tellMembers('b-1', outcomes))
      .then(
        () => undefined,
        ({ type, message }: ApplicationFailure) => `${type}: ${message}`,
      );
  }

  test('says each what became of what it asked for, in order, as the system', async () => {
    const mail = jest.fn<Promise<boolean>, Parameters<Mail>>(async () => true);
    expect(await tell(mail)).toBeUndefined();
    expect(mail.mock.calls.map(([id, name, { messageId }]) => [id, name, messageId])).toStrictEqual([
      ['e-1', 'recordPaymentStatus', 'batch:b-1:5'],
      ['e-2', 'recordPaymentStatus', 'batch:b-1:5'],
      ['e-1', 'recordPaymentStatus', 'batch:b-1:6'],
      ['e-2', 'recordPaymentStatus', 'batch:b-1:6'],
    ]);
    expect(mail.mock.calls[0]?.[2]).toMatchObject({
      actor: { subject: 'system', role: 'system' },
      payload: { status: 'approved', at: '2020-10-01T08:00:00.000Z' },
    });
  });

  test('one that cannot be told holds up no other, and hears nothing later before what is earlier', async () => {
    const told: string[] = [];
    const failure = await tell(async (id, _name, { messageId }) => {
      if (id === 'e-1' && told.length === 0) throw new Error('Temporal is away');
      told.push(`${id} ${messageId}`);
      return true;
    });
    expect(failure).toBe('MembersNotTold: not told by b-1: e-1. Nobody has to act: it is tried again by itself.');
    expect(told).toStrictEqual(['e-2 batch:b-1:5', 'e-2 batch:b-1:6']);
  });

  test('one whose workflow was lost must have it back first', async () => {
    expect(await tell(async (id) => id !== 'e-2', 'paymentRequested')).toBe(
      'MembersNotTold: not told by b-1: e-2. Nobody has to act: it is tried again by itself.',
    );
  });

  test.each(['paid', 'paymentDenied', undefined] as const)(
    'one that is over (%s) needs to know nothing',
    async (stage) => {
      expect(await tell(async () => false, stage)).toBeUndefined();
    },
  );
});
