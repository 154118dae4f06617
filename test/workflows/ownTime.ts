import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { addDays, startOfDay } from '../../domain/days';
import { openHouse, type House, type HouseOptions } from '../support/house';
import { mongoServer, timeSkipping } from '../support/servers';

/** A house with a clock of its own, in UTC. */
export interface HouseInOwnTime extends House {
  /** Nine in the morning of a day: whatever is due at the beginning of that day has come. */
  sleepUntil(day: string): Promise<void>;
}

const NINE_HOURS_MS = 9 * 60 * 60 * 1_000;

/**
 * Gives the tests of a file, which calls this at its top level, a house each, where time passes as fast as the workflow
 * can follow. It is nine in the morning when it opens, so that no test straddles midnight.
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
    const sleepUntil = async (day: string) => {
      await env.sleep(Date.parse(startOfDay(day, '+00:00')) + NINE_HOURS_MS - (await now()));
    };
    await sleepUntil(addDays(new Date(await now()).toISOString().slice(0, 10), 1));
    open.house = await openHouse({ address: env.address, mongoUri: mongo().uri, now, ...options });
    return { ...open.house, sleepUntil };
  };
}
