import type { EngagementEvent, RecordedMessage } from '../../domain/engagement/events';
import { evolve, evolveAll, take } from '../../domain/engagement/evolve';
import { eventsOf, decide, preview, type Started } from '../../domain/engagement/decide';
import { given } from '../support/given';
import { frozen } from '../support/frozen';
import {
  noted,
  operator,
  passed,
  path,
  payloads,
  redeemed,
  reserved,
  reservationCancelled,
  type Told,
} from '../support/story';

function documentsOf(story: readonly Told[]): RecordedMessage[] {
  let state: Started;
  return story.map(({ message, facts }) => {
    const events = eventsOf(state, message, decide(state, message, facts));
    const { messageId, fingerprint, name } = message;
    const document = {
      engagementId: 'E-1',
      fromVersion: state?.version ?? 0,
      messageId,
      fingerprint,
      message: name,
      events,
    };
    state = take(state, document);
    return frozen(document);
  });
}

const event = (type: EngagementEvent['type'], data: object, version: number): EngagementEvent =>
  frozen({
    type,
    data,
    engagementId: 'E-1',
    version,
    at: '2020-09-01T00:00:00.000Z',
    messageId: 'm',
    actor: operator,
  } as EngagementEvent);

test('the record alone gives the state', () => {
  for (const story of Object.values(path)) expect(evolveAll(documentsOf(story))).toStrictEqual(given(...story).state);
});

test('a record begins with its start', () => {
  expect(evolveAll([])).toBeUndefined();
  expect(() => evolve(undefined, event('NoteAdded', { text: 't' }, 1))).toThrow(
    'the record of E-1 begins with NoteAdded',
  );
});

test('nothing but a start can be previewed before the start', () => {
  const { message } = noted();
  expect(() => preview(undefined, message, [])).toThrow('no event, no engagement');
});

test('every event moves the version and the moment, and may bring the dates that are due', () => {
  const { state } = given(...path.reserved);
  const deadlines = [{ kind: 'plannedEnd' as const, at: '2020-10-01T00:00:00.000Z' }];
  expect(evolve(state, event('NoteAdded', { text: 't', deadlines }, 4))).toStrictEqual({
    ...state,
    version: 4,
    updatedAt: '2020-09-01T00:00:00.000Z',
    deadlines,
  });
});

test('a refusal changes nothing but version and moment', () => {
  const { state } = given(...path.reserved);
  const refused = event(
    'MessageRefused',
    { message: 'redeemVoucher', refusal: { code: 'wrong-stage', detail: 'd' } },
    4,
  );
  expect(evolve(state, refused)).toStrictEqual({ ...state, version: 4, updatedAt: '2020-09-01T00:00:00.000Z' });
});

test('facts that no longer find what they are about change nothing else: evolve never fails over a record', () => {
  const { state } = given(...path.awaitingVoucher);
  const orphans: [EngagementEvent['type'], object][] = [
    ['VoucherExtended', { expiresOn: '2021-01-01', previousExpiresOn: '2020-12-01', reason: 'r' }],
    ['EngagementRescheduled', { scheduledStart: '2020-08-01', scheduledEnd: '2020-08-02', consultantIds: [] }],
    ['PaymentRequestSubmitted', { reference: 'r', microsoftReferenceNumber: 'MS-1', submittedAt: 'now' }],
    ['PaymentStatusChanged', { reference: 'r', status: 'held', reportedAt: 'now' }],
    ['TaskClaimed', { taskId: 't', claimedBy: 'c' }],
    ['TaskReleased', { taskId: 't' }],
    ['TaskResolved', { taskId: 't', kind: 'paymentHeld', resolution: 'r' }],
  ];
  for (const [type, data] of orphans)
    expect(evolve(state, event(type, data, 2))).toStrictEqual({
      ...state,
      version: 2,
      updatedAt: '2020-09-01T00:00:00.000Z',
    });
});

describe('what was said and stands', () => {
  const standing = (...story: readonly Told[]) =>
    Object.values(given(...story).state.effects).map(({ message }) => message);

  test('is kept under its content, with the message that had the effect', () => {
    const { message } = reserved();
    expect(given(...path.reserved).state.effects[message.fingerprint]).toStrictEqual({
      messageId: message.messageId,
      message: 'reserveVoucher',
    });
  });
  test('ends with what undoes it', () =>
    expect(standing(...path.completionReported, reservationCancelled())).toStrictEqual([
      'startEngagement',
      'assignVoucher',
      'cancelReservation',
    ]));
  test('holds no notes, no deadlines and nothing SAVB said', () => {
    const reminder = passed({ kind: 'voucherReminder', at: '2020-07-08T00:00:00.000Z' });
    expect(standing(...path.awaitingVoucher, noted(), reminder)).toStrictEqual(['startEngagement']);
    expect(standing(...path.paymentRequested)).toStrictEqual(standing(...path.redeemed));
  });
  test('is not changed by a document without events', () => {
    const { state } = given(...path.reserved);
    const { messageId, fingerprint, name } = redeemed().message;
    expect(
      take(state, { engagementId: 'E-1', fromVersion: 3, messageId, fingerprint, message: name, events: [] }),
    ).toStrictEqual(state);
  });
});

test('an engagement without an agreed level has none, not an undefined one', () => {
  expect(Object.keys(given(...path.awaitingVoucher).state)).not.toContain('serviceLevelDays');
  expect(payloads.startEngagement).not.toHaveProperty('serviceLevelDays');
});
