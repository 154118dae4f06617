import type { Claim } from '../../domain/claims';
import { CLAIM_GRACE_MS, createClaims, type ClaimRow } from '../../records/claims';
import { openedRecords } from './opened';
import { assignedEvents, recordedMessage } from './samples';

const opened = openedRecords();

const START = Date.parse('2020-07-01T08:00:00Z');

/** Claims at a moment of the real clock, over a record that holds what is listed as `{engagementId} {key}`. */
const claimsAt = (afterMs: number, ...held: string[]) =>
  createClaims(opened().db, {
    holds: async (engagementId, { key }) => held.includes(`${engagementId} ${key}`),
    now: () => new Date(START + afterMs),
  });

const voucher = (key: string): Claim => ({ kind: 'voucher', key });
const LATER = CLAIM_GRACE_MS + 1;

const rowOf = (collection: string, _id: string) => opened().db.collection<{ _id: string }>(collection).findOne({ _id });

describe('taking', () => {
  test('of many engagements at once exactly one gets the voucher, and all learn which', async () => {
    const claims = claimsAt(0);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => claims.take(voucher('raced'), `e-${n}`, `m-${n}`)),
    );
    expect(new Set(answers).size).toBe(1);
    expect(await rowOf('vouchers', 'raced')).toMatchObject({ heldBy: answers[0] });
  });

  test('vouchers are kept by their number, everything else by kind and key', async () => {
    await claimsAt(0).take(voucher('V-7'), 'e-1', 'm-1');
    await claimsAt(0).take({ kind: 'referenceNumber', key: 'MS-7' }, 'e-1', 'm-2');
    const claimedAt = new Date(START);
    expect(await rowOf('vouchers', 'V-7')).toStrictEqual({ _id: 'V-7', heldBy: 'e-1', messageId: 'm-1', claimedAt });
    expect(await rowOf('claims', 'referenceNumber:MS-7')).toStrictEqual({
      _id: 'referenceNumber:MS-7',
      heldBy: 'e-1',
      messageId: 'm-2',
      claimedAt,
    });
  });

  test('what one holds one may take again', async () => {
    expect(await claimsAt(0).take(voucher('own'), 'e-1', 'm-1')).toBe('e-1');
    expect(await claimsAt(5).take(voucher('own'), 'e-1', 'm-1')).toBe('e-1');
  });
});

describe('a claim without an event', () => {
  test('stands while a message may still be about to record it', async () => {
    await claimsAt(0).take(voucher('young'), 'e-1', 'm-1');
    expect(await claimsAt(CLAIM_GRACE_MS).take(voucher('young'), 'e-2', 'm-2')).toBe('e-1');
  });

  test('is taken over afterwards', async () => {
    await claimsAt(0).take(voucher('abandoned'), 'e-1', 'm-1');
    expect(await claimsAt(LATER).take(voucher('abandoned'), 'e-2', 'm-2')).toBe('e-2');
    expect(await rowOf('vouchers', 'abandoned')).toStrictEqual({
      _id: 'abandoned',
      heldBy: 'e-2',
      messageId: 'm-2',
      claimedAt: new Date(START + LATER),
    });
  });

  test('is young again once its holder takes it for another message', async () => {
    await claimsAt(0).take(voucher('renewed'), 'e-1', 'm-1');
    await claimsAt(LATER).take(voucher('renewed'), 'e-1', 'm-2');
    expect(await claimsAt(LATER + 1).take(voucher('renewed'), 'e-2', 'm-3')).toBe('e-1');
  });

  test('is taken over by one only', async () => {
    await claimsAt(0).take(voucher('coveted'), 'e-1', 'm-1');
    const claims = claimsAt(LATER);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => claims.take(voucher('coveted'), `f-${n}`, `m-${n}`)),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toBe('e-1');
  });
});

describe('the record of the holder', () => {
  const longAgo = new Date(0);
  const put = (_id: string, heldBy: string) =>
    opened().db.collection<ClaimRow>('vouchers').insertOne({ _id, heldBy, messageId: 'm', claimedAt: longAgo });

  test('keeps an old claim in force while it holds the voucher', async () => {
    const { engagements, claims } = opened().records;
    await engagements.record(
      recordedMessage({ engagementId: 'recorded', events: assignedEvents('recorded', 'V-recorded') }),
    );
    await put('V-recorded', 'recorded');
    expect(await claims.take(voucher('V-recorded'), 'e-2', 'm-2')).toBe('recorded');
  });

  test('gives an old claim up when there is none, or it holds another voucher', async () => {
    const { engagements, claims } = opened().records;
    await put('V-unrecorded', 'nobody');
    expect(await claims.take(voucher('V-unrecorded'), 'e-2', 'm-2')).toBe('e-2');
    await engagements.record(recordedMessage({ engagementId: 'other', events: assignedEvents('other', 'V-own') }));
    await put('V-dropped', 'other');
    expect(await claims.take(voucher('V-dropped'), 'e-2', 'm-3')).toBe('e-2');
  });
});

test('a claim that the record holds stands for ever', async () => {
  await claimsAt(0, 'e-1 held').take(voucher('held'), 'e-1', 'm-1');
  expect(await claimsAt(1_000 * LATER, 'e-1 held').take(voucher('held'), 'e-2', 'm-2')).toBe('e-1');
});

describe('releasing', () => {
  test('makes room for others at once', async () => {
    await claimsAt(0).take(voucher('released'), 'e-1', 'm-1');
    await claimsAt(1).release(voucher('released'), 'e-1');
    expect(await claimsAt(2).take(voucher('released'), 'e-2', 'm-2')).toBe('e-2');
  });

  test('again, late, does not touch the next holder', async () => {
    await claimsAt(0).take(voucher('passed-on'), 'e-2', 'm-2');
    await claimsAt(1).release(voucher('passed-on'), 'e-1');
    expect(await rowOf('vouchers', 'passed-on')).toMatchObject({ heldBy: 'e-2' });
  });

  test('late does not give up what the record holds again', async () => {
    await claimsAt(0).take(voucher('regained'), 'e-1', 'm-1');
    await claimsAt(1, 'e-1 regained').release(voucher('regained'), 'e-1');
    expect(await rowOf('vouchers', 'regained')).toMatchObject({ heldBy: 'e-1' });
  });

  test('what nobody holds is no error', async () => {
    await expect(claimsAt(0).release(voucher('nobody'), 'e-1')).resolves.toBeUndefined();
  });
});
