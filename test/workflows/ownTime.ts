import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { addDays, dayOf, startOfDay } from '../../domain/days';
import type { EngagementEvent } from '../../domain/engagement/events';
import type { PartnerEvent } from '../../domain/partner/events';
import { addSearchAttributes } from '../../worker/searchAttributes';
import { openHouse, type House, type HouseOptions } from '../support/house';
import { mongoServer, timeSkipping } from '../support/servers';

/** A house with a clock of its own, in UTC. */
export interface HouseInOwnTime extends House {
  /** Lets the time pass until nine in the morning of a day: whatever is due at the beginning of that day has come. */
  sleepUntil(day: string): Promise<void>;
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
    open.house = await openHouse({
      address: env.address,
      mongoUri: mongo().uri,
      now,
      registerSearchAttributes: addSearchAttributes,
      dependencies: (usual) => ({ ...usual, pace: { ...usual.pace, pollIntervalMs: DAY_MS } }),
      ...options,
    });
    return { ...open.house, sleepUntil };
  };
}

/** Something with a record: an engagement or a partner as a test sees it. */
interface Recorded {
  today: string;
  timeline(): Promise<(EngagementEvent | PartnerEvent)[]>;
}

/** What the passing of time brought about, each with its day, counted from the day the test began. */
export async function broughtAboutByTime(recorded: Recorded): Promise<[day: number, what: string][]> {
  const events = await recorded.timeline();
  return events
    .filter(({ messageId }) => messageId.startsWith('deadline:'))
    .map((event) => [(Date.parse(dayOf(event.at, UTC)) - Date.parse(recorded.today)) / DAY_MS, whatOf(event)]);
}

function whatOf(event: EngagementEvent | PartnerEvent): string {
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
