import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Dependencies } from '../../activities';
import { engagementWorkflowId } from '../../contracts/names';
import { addDays, dayOf, startOfDay } from '../../domain/days';
import type { BatchEvent } from '../../domain/batch/events';
import type { EngagementEvent } from '../../domain/engagement/events';
import type { PartnerEvent } from '../../domain/partner/events';
import { addSearchAttributes } from '../../worker/searchAttributes';
import { eventually } from '../support/eventually';
import { openHouse, type House, type HouseOptions } from '../support/house';
import { mongoServer, timeSkipping, withDatabase } from '../support/servers';

/** A house with a clock of its own, in UTC. */
export interface HouseInOwnTime extends House {
  /** Lets the time pass until nine in the morning of a day: whatever is due at the beginning of that day has come. */
  sleepUntil(day: string): Promise<void>;
  /** The instant it is, in milliseconds. */
  now(): Promise<number>;
  /** For an API of its own. */
  where: { address: string; mongoUri: string };
}

const UTC = '+00:00';
const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Gives the tests of a file, which calls this at its top level, a house each, where time passes as fast as the workflow
 * can follow. It is nine in the morning when it opens, so that no test straddles midnight. SAVB is polled once a day.
 */
export function housesInOwnTime(): (options?: Partial<HouseOptions>) => Promise<HouseInOwnTime> {
  const environment = timeSkipping();
  const mongo = mongoServer();
  const opened: { env: TestWorkflowEnvironment; house?: House }[] = [];
  afterEach(async () => {
    for (const { env, house } of opened.splice(0)) {
      await house?.stop();
      await env.teardown();
    }
  });
  return async (options) => {
    const env = await environment();
    const open: (typeof opened)[number] = { env };
    opened.push(open);
    const now = () => env.currentTimeMs();
    const sleepUntil = async (day: string) => env.sleep(Date.parse(startOfDay(day, UTC)) + 9 * HOUR_MS - (await now()));
    await sleepUntil(addDays(dayOf(new Date(await now()).toISOString(), UTC), 1));
    // A batch takes whoever comes: one left by another house, in another time, must not be found here.
    const mongoUri = options?.batched ? withDatabase(mongo().uri, `own-time-${randomUUID()}`) : mongo().uri;
    const where = { address: env.address, mongoUri };
    open.house = await openHouse({
      ...where,
      now,
      registerSearchAttributes: addSearchAttributes,
      ...options,
      dependencies: (usual) => {
        const daily = { ...usual, pace: { ...usual.pace, pollIntervalMs: DAY_MS } };
        return tellingWhoHasJoined(env, options?.dependencies?.(daily) ?? daily);
      },
    });
    return { ...open.house, sleepUntil, now, where };
  };
}

/**
 * Lets a batch tell an engagement something only after the engagement has heard that it was taken in. If it comes before, the
 * engagement no longer waits for its `joinBatch` and cancels it; this server, unlike the real one, refuses to cancel an
 * activity that was completed in the meantime, and never hands the workflow task out again while its time stands still.
 */
function tellingWhoHasJoined({ client }: TestWorkflowEnvironment, usual: Dependencies): Dependencies {
  const joins = async (engagementId: string): Promise<boolean> => {
    const { raw } = await client.workflow.getHandle(engagementWorkflowId(engagementId)).describe();
    return (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === 'joinBatch');
  };
  return {
    ...usual,
    mail: async (engagementId, ...mail) => {
      await eventually(
        () => joins(engagementId),
        (joining) => !joining,
      );
      return usual.mail(engagementId, ...mail);
    },
  };
}

type AnyEvent = EngagementEvent | PartnerEvent | BatchEvent;

/** Something with a record: an engagement, a partner or a batch as a test sees it. */
interface Recorded {
  today: string;
  timeline(): Promise<AnyEvent[]>;
}

/** What the passing of time brought about, each with its day, counted from the day the test began. */
export async function broughtAboutByTime(recorded: Recorded): Promise<[day: number, what: string][]> {
  const events = await recorded.timeline();
  return events
    .filter(({ messageId }) => messageId.startsWith('deadline:'))
    .map((event) => [(Date.parse(dayOf(event.at, UTC)) - Date.parse(recorded.today)) / DAY_MS, whatOf(event)]);
}

function whatOf(event: AnyEvent): string {
  switch (event.type) {
    case 'DeadlineReminded':
      return event.data.kind;
    case 'TaskOpened':
      return `task ${event.data.task.kind}`;
    case 'TaskResolved':
      return `task ${event.data.kind} ${event.data.resolution}`;
    default:
      return event.type;
  }
}
