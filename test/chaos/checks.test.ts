import type { EngagementView } from '../../contracts/engagement';
import { soundEvidence } from './evidence';
import { checkAll } from './storm/checks';
import type { Evidence } from './storm/evidence';

/** What is seen of evidence that was spoiled: each violation, after its invariant. */
function seenAfter(spoil: (evidence: Evidence) => void): string[] {
  const evidence = soundEvidence();
  spoil(evidence);
  return checkAll(evidence).flatMap(({ invariant, violations }) =>
    violations.map((violation) => `${invariant} ${violation}`),
  );
}

test('nothing is seen where nothing is wrong, and everything has been looked at', () => {
  expect(seenAfter(() => undefined)).toStrictEqual([]);
  expect(checkAll(soundEvidence()).filter(({ checked }) => checked === 0)).toStrictEqual([]);
});

describe('I1', () => {
  test('sees an invoice that SAVB accepted twice under a reference, and for its voucher', () => {
    const seen = seenAfter(({ ledger }) => ledger.push({ ...ledger[0]!, microsoftReferenceNumber: 'SAVB-twice' }));
    expect(seen).toContain('I1 reference e-1:invoice:1: SAVB-e-1, SAVB-twice');
    expect(seen).toContain('I1 voucher V-e-1: SAVB-e-1, SAVB-twice');
  });

  test('sees a voucher that was invoiced under two references', () => {
    const seen = seenAfter(({ ledger }) => {
      ledger[1]!.request.vouchers = ledger[0]!.request.vouchers;
    });
    expect(seen).toStrictEqual(['I1 voucher V-e-1: SAVB-e-1, SAVB-e-2']);
  });
});

describe('I2', () => {
  test('sees an invoice that only SAVB has', () => {
    const seen = seenAfter(({ engagements, paymentRequests }) => {
      delete engagements[0]!.paymentRequest!.microsoftReferenceNumber;
      paymentRequests[0]!.attempts.pop();
    });
    expect(seen).toStrictEqual([
      'I2 SEK: 0 in engagements, 1000 at SAVB',
      'I2 SEK: 0 in payment requests, 1000 at SAVB',
      'I2 e-1:invoice:1 SAVB-e-1 over 1000 SEK',
    ]);
  });

  test('sees an invoice that only we have', () => {
    expect(seenAfter(({ ledger }) => ledger.pop())).toStrictEqual([
      'I2 EUR: 70 in engagements, 0 at SAVB',
      'I2 EUR: 70 in payment requests, 0 at SAVB',
      'I2 e-2:invoice:1 SAVB-e-2 over 70 EUR',
    ]);
  });

  test('sees another amount, and another reference number over the same', () => {
    const otherAmount = seenAfter(({ ledger }) => (ledger[0]!.request.amount = { minor: 999, currency: 'SEK' }));
    expect(otherAmount).toContain('I2 SEK: 1000 in engagements, 999 at SAVB');
    const otherNumber = seenAfter(({ ledger }) => (ledger[0]!.microsoftReferenceNumber = 'SAVB-other'));
    expect(otherNumber).toStrictEqual([
      'I2 e-1:invoice:1 SAVB-other over 1000 SEK',
      'I2 e-1:invoice:1 SAVB-e-1 over 1000 SEK',
    ]);
  });
});

describe('I2, by the reconciliation of the system itself,', () => {
  const seen = (found: object) =>
    seenAfter((evidence) => (evidence.reconciliation = { ...evidence.reconciliation, ...found }));

  test('sees a difference', () => {
    const missingHere = [{ reference: 'e-3:invoice:1', why: 'nobody here knows it' }];
    expect(seen({ missingHere })).toStrictEqual(['I2 missingHere: e-3:invoice:1, nobody here knows it']);
  });

  test('sees that it failed', () => expect(seen({ status: 'failed' })).toStrictEqual(['I2 it has failed']));
});

describe('I3', () => {
  test('sees an acknowledged message that is not on record', () => {
    const seen = seenAfter(({ log }) => log.acknowledged.push({ engagementId: 'e-1', messageId: 'lost', status: 202 }));
    expect(seen).toStrictEqual(['I3 e-1 lost: 0 times']);
  });

  test('sees a message that is on record twice, and one that had an effect and was called a repeat', () => {
    const twice = seenAfter(({ messages }) => messages.push({ ...messages[2]!, fromVersion: 11, events: [] }));
    expect(twice).toContain('I3 e-1 note: 2 times');
    const both = seenAfter(({ outcomes }) => outcomes.push({ engagementId: 'e-1', messageId: 'note' }));
    expect(both).toStrictEqual(['I3 e-1 note: 2 times']);
  });

  test('sees an acknowledged message that was refused on record', () => {
    const seen = seenAfter(({ messages }) =>
      Object.assign(messages[2]!.events[0]!, { type: 'MessageRefused', data: { refusal: {} } }),
    );
    expect(seen).toContain('I3 e-1 note: without an effect');
  });

  test('sees that something legal was refused', () => {
    const refusal = { engagementId: 'e-1', messageId: 'redeem', why: 'the voucher expired' };
    expect(seenAfter(({ log }) => log.refused.push(refusal))).toStrictEqual(['I3 e-1 redeem: the voucher expired']);
  });

  test('sees an upload that is not stored, or stored with other content', () => {
    expect(seenAfter(({ deliverables }) => deliverables.pop())).toStrictEqual(['I3 e-2 plan.md abc']);
    expect(seenAfter(({ deliverables }) => (deliverables[0]!.sha256 = 'xyz'))).toStrictEqual(['I3 e-1 plan.md abc']);
  });
});

describe('I4', () => {
  test('sees a stage that comes after a later one', () => {
    const seen = seenAfter(({ messages }) => {
      const [, , , reserve, report] = messages;
      [reserve!.events, report!.events] = [report!.events, reserve!.events];
    });
    expect(seen[0]).toMatch(/^I4 e-1: awaitingVoucher → voucherAssigned → completionReported → reserved → redeemed/);
  });

  test('sees a stage that comes twice', () => {
    const again = ({ messages }: Evidence) =>
      Object.assign(messages[9]!.events[0]!, { type: 'PaymentRequestSubmitted' });
    expect(seenAfter(again)[0]).toMatch(/^I4 e-1: .* → paymentApproved → paymentRequested$/);
  });
});

describe('I5', () => {
  const gapAt = (version: number) =>
    `I5 e-1: ${Array.from({ length: 10 }, (_, index) => index + 1 + Number(index + 1 >= version)).join(', ')}`;

  test('sees a version that is missing, in an engagement and in a partner', () => {
    expect(seenAfter(({ messages }) => messages.splice(2, 1))).toContain(gapAt(3));
    expect(seenAfter(({ partnerMessages }) => partnerMessages.splice(1, 1))).toStrictEqual(['I5 contoso: 1, 3']);
  });

  test('sees a document whose versions do not follow the one it was decided on', () => {
    const seen = seenAfter(({ messages }) => (messages[9]!.fromVersion = 12));
    expect(seen).toStrictEqual(['I5 e-1: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11']);
  });

  test('sees a workflow that tells something else, less or nothing', () => {
    const timelineOf = ({ workflows }: Evidence) => workflows.get('e-1')!.timeline!;
    const other = seenAfter((evidence) => (timelineOf(evidence)[2] = { ...timelineOf(evidence)[2]!, at: 'later' }));
    expect(other).toStrictEqual(['I5 e-1: 11 events told, 11 recorded, different from version 3 on']);
    const less = seenAfter((evidence) => timelineOf(evidence).pop());
    expect(less).toStrictEqual(['I5 e-1: 10 events told, 11 recorded, different from version 11 on']);
    const nothing = seenAfter(({ workflows }) => workflows.delete('e-1'));
    expect(nothing).toStrictEqual(['I5 e-1: no answer, no workflow', 'I6 e-1: no workflow']);
  });

  test('sees a workflow that cannot be asked any more and ended elsewhere', () => {
    const endedAt = (version: number) =>
      seenAfter(({ engagements, workflows }) => {
        const result = { ...engagements[0]!, version };
        workflows.set('e-1', { status: 'COMPLETED', silence: 'it does not fit its history', result, broken: 1 });
      });
    expect(endedAt(11)).toStrictEqual([]);
    expect(endedAt(10)).toStrictEqual(['I5 e-1: no answer, it does not fit its history']);
  });

  test('sees a view that stayed behind, in version or in stage', () => {
    const behind = (change: Partial<EngagementView>) =>
      seenAfter(({ engagements }) => Object.assign(engagements[0]!, change));
    expect(behind({ version: 10 })).toStrictEqual(['I5 e-1: paid at version 10, on record paid at version 11']);
    expect(behind({ stage: 'cancelled' })).toStrictEqual([
      'I5 e-1: cancelled at version 11, on record paid at version 11',
    ]);
  });

  test('sees a gap in invoice numbers, and a number given twice', () => {
    const number = (given: number) =>
      seenAfter(({ paymentRequests }) => Object.assign(paymentRequests[1]!, { number: given }));
    expect(number(3)).toStrictEqual(['I5 contoso 2020: 1, 3']);
    expect(number(1)).toStrictEqual(['I5 contoso 2020: 1, 1']);
  });
});

describe('I6', () => {
  test('sees an engagement that stands still, and one that is not there at all', () => {
    const standing = seenAfter(({ engagements }) => Object.assign(engagements[0]!, { stage: 'paymentApproved' }));
    expect(standing).toContain('I6 e-1: paymentApproved at version 11, payment paid');
    expect(seenAfter(({ log }) => log.begun.push('e-3'))).toStrictEqual(['I6 e-3: not there', 'I6 e-3: no workflow']);
  });

  test('lets an engagement wait for a person', () => {
    const waiting = { stage: 'paymentApproved', tasks: [{ status: 'open' }] };
    const seen = seenAfter(({ engagements }) => Object.assign(engagements[0]!, waiting));
    expect(seen.filter((violation) => violation.startsWith('I6'))).toStrictEqual([]);
  });

  test('sees a call that never found its answer', () => {
    const left = { engagementId: 'e-2', step: 'redeemVoucher', why: 'not done 60 s after the last fault' };
    expect(seenAfter(({ log }) => log.unfinished.push(left))).toStrictEqual([
      'I6 e-2, redeemVoucher: not done 60 s after the last fault',
    ]);
  });

  test('sees a workflow that failed, and one that stands still because its code does not fit its history', () => {
    const seen = seenAfter(({ workflows }) => {
      workflows.get('e-1')!.status = 'FAILED';
      workflows.get('e-2')!.standsStill = 'nondeterminism in event 33';
    });
    expect(seen).toStrictEqual(['I6 e-1: FAILED', 'I6 e-2: nondeterminism in event 33']);
  });
});
