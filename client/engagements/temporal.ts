import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ClientInterceptors,
} from '@temporalio/client';
import { clientConverter } from '../../codec/dataConverter';
import type { PayloadProtection } from '../../codec/payloadCodec';

/** As `readTemporalConfig` gives it. */
interface TemporalTarget {
  namespace: string;
  connection: NonNullable<Parameters<typeof Connection.lazy>[0]>;
}

/** A server that is away is reported within a second instead of after a minute; whoever asked decides what to do then. */
const fewRetries = makeGrpcRetryInterceptor(
  defaultGrpcRetryOptions({ maxAttempts: 4, initialIntervalMs: () => 100, maxIntervalMs: () => 500 }),
);

/**
 * The one connection of this process. It is made when it is first used, so a process may start before Temporal does, and
 * a lost one is back within two seconds of the server's return. `payloads`: keys, and whether they encrypt.
 */
export function connectTemporal(
  { namespace, connection: options }: TemporalTarget,
  payloads?: PayloadProtection,
  interceptors?: ClientInterceptors,
): Client {
  const connection = Connection.lazy({
    ...options,
    interceptors: [fewRetries],
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
  });
  return new Client({ connection, namespace, dataConverter: clientConverter(payloads), interceptors });
}
