import { ApplicationFailure } from '@temporalio/activity';
import { isUnavailable } from '../records/errors';
import { NOBODY_ACTS } from './whoActs';

type Activity = (...args: never[]) => Promise<unknown>;

/** Activities that say so when MongoDB is away: by the retryable failure `RecordsAway`, with the driver's error as its cause. */
export function tellingOfRecordsAway<Given extends Record<string, Activity>>(activities: Given): Given {
  const telling = Object.entries(activities).map(([name, activity]) => [
    name,
    (...args: never[]) => activity(...args).catch(tell),
  ]);
  return Object.fromEntries(telling) as Given;
}

function tell(error: unknown): never {
  if (!isUnavailable(error)) throw error;
  const { message } = error as Error;
  throw ApplicationFailure.create({
    type: 'RecordsAway',
    message: `MongoDB cannot be reached (${message}). ${NOBODY_ACTS}`,
    cause: error as Error,
  });
}
