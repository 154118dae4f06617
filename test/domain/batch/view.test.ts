import { batchNamedIn, claimsOf, memberClaim } from '../../../domain/batch/claims';
import { cardOf } from '../../../domain/batch/card';
import { pendingEffect } from '../../../domain/batch/effect';
import { evolveAll } from '../../../domain/batch/evolve';
import { searchAttributesOf } from '../../../domain/batch/searchAttributes';
import { viewOf } from '../../../domain/batch/view';
import { batchHolder, batchHolding, claimId } from '../../../domain/claims';
import { refusal } from '../../../domain/refusals';
import { givenBatch, hearBatch } from '../../support/batchGiven';
import {
  added,
  batchPassed,
  batchPath,
  batchRejected,
  batchResolved,
  batchSavb,
  batchStatus,
  corrected,
  group,
  memberNo,
  sent,
  split,
  type BatchTold,
} from '../../support/batchStory';

const reference = 'B-1:invoice:1';
const ends = { kind: 'paymentWindowEnd' as const, at: '2020-10-03T00:00:00.000Z' };

test('the view is what everybody may see', () =>
  expect(viewOf(givenBatch(added(memberNo(1)), added(memberNo(2))).state)).toStrictEqual({
    ...group,
    batchId: 'B-1',
    stage: 'collecting',
    version: 3,
    members: [memberNo(1), memberNo(2)],
    total: { minor: 200_000, currency: 'SEK' },
    nextDeadline: { kind: 'batchDue', at: '2020-08-15T00:00:00.000Z' },
    tasks: [],
    openedAt: '2020-08-04T09:00:00.000Z',
    updatedAt: '2020-08-04T09:00:00.000Z',
  }));

describe('what a batch wants of SAVB', () => {
  const effect = (...story: readonly BatchTold[]) => pendingEffect(givenBatch(...story).state);
  const submit = (statuses: number, seq = 1) => ({
    kind: 'submit',
    id: `submit:B-1:invoice:${seq}:${statuses}`,
    batchId: 'B-1',
    request: { reference: `B-1:invoice:${seq}`, status: 'prepared', amount: { minor: 300_000, currency: 'SEK' } },
  });
  const unknown = batchSavb({ status: 'unknown', why: 'reset' });

  test('nothing while it collects', () => expect(effect(...batchPath.collecting)).toBeUndefined());
  test('to have the request, once it is sealed', () => {
    expect(effect(...batchPath.prepared)).toMatchObject(submit(0));
    expect(effect(...batchPath.prepared)).not.toHaveProperty('engagementId');
  });
  test('nothing while it is unknown whether it has it; then the same, or the corrected one', () => {
    expect(effect(...batchPath.prepared, unknown)).toBeUndefined();
    expect(effect(...batchPath.prepared, unknown, batchResolved('batch:B-1:submissionUnknown:1'))).toMatchObject(
      submit(2),
    );
    expect(effect(...batchPath.prepared, batchRejected())).toBeUndefined();
    expect(effect(...batchPath.prepared, batchRejected(), corrected())).toMatchObject(submit(0, 2));
  });
  test('to know the registration, where it does not', () =>
    expect(effect(...batchPath.prepared, batchSavb({ status: 'notRegistered', why: 'no' }))).toStrictEqual({
      kind: 'awaitRegistration',
      id: `registration:${reference}:1`,
      reference,
      offering: 'DDPS',
      locationId: 'contoso-se',
    }));
  test('to say how far it is, until it is paid', () => {
    expect(effect(...batchPath.paymentRequested)).toStrictEqual({
      kind: 'poll',
      id: `poll:${reference}:1`,
      reference,
      microsoftReferenceNumber: 'MS-1',
      known: { status: 'submitted' },
    });
    expect(effect(...batchPath.paid)).toBeUndefined();
    expect(effect(...batchPath.paymentRequested, batchStatus({ status: 'denied' }))).toBeUndefined();
  });
  test('nothing by itself once the window is over', () => {
    expect(effect(...batchPath.prepared, batchPassed(ends))).toBeUndefined();
    expect(
      effect(
        ...batchPath.prepared,
        batchPassed(ends),
        batchResolved('batch:B-1:paymentWindowLapsed:1', 'submitAnyway', { on: '2020-10-05' }),
      ),
    ).toMatchObject(submit(0));
    expect(effect(...batchPath.collecting, sent({ on: '2020-10-05' }))).toBeUndefined();
  });
  test('nothing for a batch that was given up', () => {
    const notRegistered = batchSavb({ status: 'notRegistered', why: 'no' });
    const givenUp = batchResolved('batch:B-1:paymentWindowLapsed:1', 'giveUp', { on: '2020-10-05' });
    expect(effect(...batchPath.prepared, notRegistered, batchPassed(ends), givenUp)).toBeUndefined();
  });
});

describe('a batch holds', () => {
  const held = (...story: readonly BatchTold[]) => claimsOf(givenBatch(...story).state).map(claimId);
  const both = ['batchMember:E-1:invoice:1', 'batchMember:voucher/V-1'];

  test('what it asks for, and the number it is asked for under', () =>
    expect(
      held(added(memberNo(1)), sent(), batchSavb({ status: 'submitted', microsoftReferenceNumber: 'MS-1' })),
    ).toStrictEqual([...both, 'referenceNumber:MS-1']));
  test('no voucher that left, but its reference for good', () =>
    expect(held(added(memberNo(2)), added(memberNo(1)), split(['E-2'], { on: '2020-08-05' }))).toStrictEqual([
      ...both,
      'batchMember:E-2:invoice:1',
    ]));
  test('under its own name', () => {
    expect(batchHolding(batchHolder('B-1'))).toBe('B-1');
    expect(batchHolding('partner:contoso')).toBeUndefined();
    expect(claimId(memberClaim('E-1:invoice:1'))).toBe(both[0]);
  });
  test('which a refusal names', () => {
    expect(batchNamedIn(refusal('already-in-batch', 'd', { batchId: 'B-7' }))).toBe('B-7');
    expect(batchNamedIn(refusal('already-in-batch', 'd'))).toBeUndefined();
    expect(batchNamedIn(refusal('malformed-message', 'd', { batchId: 'B-7' }))).toBeUndefined();
  });
});

describe('support staff see', () => {
  const attributes = (...story: readonly BatchTold[]) =>
    Object.fromEntries(
      searchAttributesOf(viewOf(givenBatch(...story).state)).map(({ key, value }) => [
        `${key.name}: ${key.type}`,
        value,
      ]),
    );

  test('whose it is, what is due and what is to be done', () =>
    expect(attributes(...batchPath.prepared, batchSavb({ status: 'unknown', why: 'w' }))).toStrictEqual({
      'PartnerId: KEYWORD': 'contoso',
      'NextDeadline: DATETIME': new Date('2020-09-25T00:00:00.000Z'),
      'OpenTasks: KEYWORD_LIST': ['submissionUnknown'],
    }));
  test('nothing of that when it is over', () =>
    expect(attributes(...batchPath.paid)).toStrictEqual({
      'PartnerId: KEYWORD': 'contoso',
      'NextDeadline: DATETIME': null,
      'OpenTasks: KEYWORD_LIST': null,
    }));

  test('a card of a batch that collects', () => {
    const { state } = givenBatch(added(memberNo(1)));
    const { events } = hearBatch(undefined, added(memberNo(1)));
    expect(cardOf(viewOf(state), events)).toBe(
      [
        '### Collecting',
        '',
        'It was opened on 2020-08-04 and collects vouchers of its group: 1 voucher (1000.00 SEK) by now.',
        '',
        '**It waits for more vouchers, until it is asked for.** At 2020-08-15 00:00 UTC it is asked for by itself.',
        '',
        '- it is asked for now: `engagements batch sendBatch B-1`',
        '- **Group:** DDPS, SE, contoso-se',
        '- **Next deadline:** 2020-08-15 00:00 UTC (Batch due)',
        '',
        '**Last events**',
        '',
        '- 2020-08-04 09:00 UTC · Batch opened',
        '- 2020-08-04 09:00 UTC · Voucher added',
      ].join('\n'),
    );
  });
  test('and of one that was rejected', () => {
    const { state } = givenBatch(...batchPath.paymentRequested, batchRejected());
    expect(cardOf(viewOf(state), [])).toBe(
      [
        '### Payment requested',
        '',
        `It asks for 3 vouchers (3000.00 SEK) together. The payment request ${reference} (3000.00 SEK, Microsoft’s number MS-1) was rejected by SAVB. SAVB says: voucher V-2 is not valid`,
        '',
        '**It waits for an operator to correct the payment request.** At 2020-09-25 00:00 UTC an operator is asked; after the payment window nothing is sent by itself.',
        '',
        '- **Group:** DDPS, SE, contoso-se',
        '- **Next deadline:** 2020-09-25 00:00 UTC (Payment window closing)',
        '',
        '**Open task: SAVB rejected the payment request** (for an operator, in SAVB Online Payment Tool in CHIP (Microsoft account))',
        '',
        ...state.openTasks[0]!.instructions.split('\n').flatMap((line) => [line, '']),
        '_This request is never sent again; a corrected one may follow inside the payment window._',
        '',
        '- these leave the batch and are corrected on their own; what remains is asked for again: `engagements batch splitBatch B-1 --set engagementIds=ID --set reason=TEXT`',
        '- it is asked for anew under the next number; likewise with another deliveryCountry or invoiceDate: `engagements batch correctPaymentRequest B-1 --set changes.locationId=ID --set reason=TEXT`',
        '- Microsoft will not pay: it ends unpaid: `engagements batch recordPaymentStatus B-1 --set status=denied --set at=INSTANT`',
        '',
        '**Last events**',
        '',
        '',
      ]
        .join('\n')
        .slice(0, -1),
    );
  });
});

test('a record that does not begin with its opening is none', () => {
  const [first] = hearBatch(givenBatch(added(memberNo(1))).state, sent()).document.events;
  const document = { ...hearBatch(givenBatch(added(memberNo(1))).state, sent()).document, events: [first!] };
  expect(() => evolveAll([document])).toThrow('the record of B-1 begins with PaymentRequestPrepared');
  expect(evolveAll([])).toBeUndefined();
});
