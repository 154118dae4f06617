import { MongoServerSelectionError, type TopologyDescription } from 'mongodb';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createWebhookActivities, type Dependencies } from '../../activities';
import { tellingOfRecordsAway } from '../../activities/recordsAway';
import { askAgain, noNews, waitUntil } from '../../activities/savb/askAgain';
import type { WebhookMessage } from '../../contracts/webhooks';
import type { NoAnswer } from '../../domain/settlement/reply';

const told = (make: () => Error): Promise<string> =>
  new MockActivityEnvironment().run<[], string, () => Promise<string>>(async () => make().message);

/** What whoever reads “Pending Activities” is told to do. */
const NOBODY = 'Nobody has to act: it is tried again by itself.';
const UNCLEAR = `${NOBODY} Should it stay unclear, a task asks a person.`;

test.each<[NoAnswer, string]>([
  [{ kind: 'NOT_SENT', code: 'ECONNREFUSED' }, `SAVB is not reachable (ECONNREFUSED); nothing was sent. ${NOBODY}`],
  [{ kind: 'THROTTLED' }, `SAVB has no room now. ${NOBODY}`],
  [{ kind: 'UNKNOWN', why: 'status 500' }, `SAVB’s answer does not help: status 500. ${UNCLEAR}`],
  [
    { kind: 'AUTH', status: 401 },
    'SAVB does not accept our token (401). Somebody has to act: start the workers with a SAVB_TOKEN it accepts. Then it goes on by itself.',
  ],
])('%j says what is wrong and whether anybody has to act', async (because, message) =>
  expect(await told(() => askAgain(because, 60_000))).toBe(message),
);

test('waiting is nobody’s fault and nobody’s task', async () => {
  expect(await told(() => noNews('MS-1 is still submitted', 1_000))).toBe(`MS-1 is still submitted. ${NOBODY}`);
  expect(await told(() => waitUntil(Date.now(), 'an attempt may still arrive'))).toBe(
    `an attempt may still arrive. ${UNCLEAR}`,
  );
});

describe('an activity that does not reach MongoDB', () => {
  const away = new MongoServerSelectionError('timed out', { servers: new Map() } as TopologyDescription);
  const given = { ask: async (what: string) => what, fail: () => Promise.reject<string>(away) };

  test('says so, and keeps the driver’s error', async () =>
    expect(
      await tellingOfRecordsAway(given)
        .fail()
        .catch((error: unknown) => error),
    ).toMatchObject({
      type: 'RecordsAway',
      nonRetryable: false,
      message: `MongoDB cannot be reached (timed out). ${NOBODY}`,
      cause: away,
    }));
  test('and nobody has to act either when partners’ endpoints are to be told', async () => {
    const webhooks = { expect: () => Promise.reject<void>(away) };
    const telling = createWebhookActivities({ records: { webhooks } } as unknown as Dependencies);
    await expect(telling.tryWebhook({} as WebhookMessage)).rejects.toMatchObject({ type: 'RecordsAway', cause: away });
  });
  test('and one that does is left alone, with every other error', async () => {
    expect(await tellingOfRecordsAway(given).ask('it')).toBe('it');
    const bug = new TypeError('no');
    await expect(tellingOfRecordsAway({ fail: () => Promise.reject<void>(bug) }).fail()).rejects.toBe(bug);
  });
});
