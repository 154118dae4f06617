import type { RecordedMessage } from '../../domain/engagement/events';
import { take } from '../../domain/engagement/evolve';
import { stageChangesIn } from '../../domain/engagement/stageChanges';
import type { Engagement } from '../../domain/engagement/state';
import { frozen } from '../support/frozen';
import { hear } from '../support/given';
import { noted, path, reservationCancelled, transferred, type Told } from '../support/story';

/** What is recorded when all of this is said. */
function recorded(...story: readonly Told[]): RecordedMessage[] {
  let state: Engagement | undefined;
  return story.map((told) => {
    const { events, after } = hear(state, told);
    const { messageId, fingerprint, name: message } = told.message;
    const fromVersion = state?.version ?? 0;
    state = after;
    return frozen({ engagementId: 'E-1', fromVersion, messageId, fingerprint, message, events });
  });
}

const stages = (documents: readonly RecordedMessage[], before?: Engagement) =>
  stageChangesIn(before, documents).map(({ previousStage, stage, version }) => [previousStage, stage, version]);

test('an engagement that has begun has come to its first stage', () => {
  const [start] = recorded(...path.awaitingVoucher) as [RecordedMessage];
  expect(stageChangesIn(undefined, [start])).toStrictEqual([
    { engagementId: 'E-1', partnerId: 'contoso', stage: 'awaitingVoucher', version: 1, at: start.events[0]?.at },
  ]);
});

test('every stage is told with the one before and the version it came with', () => {
  const documents = recorded(...path.paid);
  const told = stages(documents);
  expect(told.map(([, stage]) => stage)).toStrictEqual([
    'awaitingVoucher',
    'voucherAssigned',
    'reserved',
    'completionReported',
    'redeemed',
    'paymentRequested',
    'paymentApproved',
    'paid',
  ]);
  expect(told.map(([previousStage]) => previousStage)).toStrictEqual([
    undefined,
    ...told.slice(0, -1).map(([, s]) => s),
  ]);
  const versions = told.map(([, , version]) => version as number);
  expect(versions).toStrictEqual([...new Set(versions)].toSorted((a, b) => a - b));
});

test('read in parts, it is the same', () => {
  const documents = recorded(...path.reserved);
  const [first, ...rest] = documents as [RecordedMessage, ...RecordedMessage[]];
  expect([...stages([first]), ...stages(rest, take(undefined, first))]).toStrictEqual(stages(documents));
});

test('a way back is a change, too', () =>
  expect(
    stages(recorded(...path.reserved, reservationCancelled()))
      .at(-1)
      ?.slice(0, 2),
  ).toStrictEqual(['reserved', 'voucherAssigned']));

test('what changes no stage is not told', () =>
  expect(stages(recorded(...path.voucherAssigned, noted()))).toHaveLength(2));

test('after a transfer it is the new partner that is told', () => {
  const documents = recorded(...path.awaitingVoucher, transferred(), path.voucherAssigned[1] as Told);
  expect(stageChangesIn(undefined, documents).map(({ partnerId }) => partnerId)).toStrictEqual([
    'contoso',
    'fabrikam-services',
  ]);
});
