import {
  isGrpcServiceError,
  ScheduleAlreadyRunning,
  ServiceError,
  type ScheduleClient,
  type ScheduleOptions,
} from '@temporalio/client';

const UNIMPLEMENTED = 12;

/** Makes a Schedule unless there is one of its id. `unsupported`: the server knows no Schedules. */
export async function makeSchedule(
  schedule: ScheduleClient,
  options: ScheduleOptions,
): Promise<'made' | 'existed' | 'unsupported'> {
  try {
    await schedule.create(options);
    return 'made';
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return 'existed';
    if (isUnimplemented(error)) return 'unsupported';
    throw error;
  }
}

const isUnimplemented = (error: unknown): boolean => {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && (cause.code as number) === UNIMPLEMENTED;
};
