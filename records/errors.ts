import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';

const DUPLICATE_KEY = 11000;

/** Not the primary, stepping down or shutting down: the server says these about itself, not about the request. */
const NOT_NOW = [91, 189, 10107, 11600, 11602, 13435, 13436];

/** True when nothing but unique keys stood in the way: somebody wrote first. */
export function isDuplicate(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError)
    return [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY);
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * True when MongoDB could not be reached or could not answer in time. Whether a write took place is then unknown; every
 * write of this room may be repeated.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoTopologyClosedError ||
    error instanceof MongoClientClosedError ||
    error instanceof MongoWriteConcernError ||
    error.name === 'MongoWaitQueueTimeoutError' ||
    error.hasErrorLabel('SystemOverloadedError') ||
    NOT_NOW.includes(Number(error.code))
  );
}

/** Makes a write that lost against a unique key answer `false`; every other error stays one. */
export async function unlessDuplicate(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
