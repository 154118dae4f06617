import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { ConfigError, readConfig } from './read';
import { hostRoute, INSECURE, isSecure, transportVariables } from './transport';

const targetSchema = z.object({
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, 'a host and port such as localhost:7233'),
  TEMPORAL_NAMESPACE: z.string().regex(/^\S+$/, 'a name without spaces'),
  ...transportVariables,
});

/**
 * Where Temporal is and how to reach it, as the whole ecosystem reads it: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
 * `TEMPORAL_API_KEY`, `TEMPORAL_TLS…` or a profile of the user's `temporal.toml`. Calls to this machine are not compressed,
 * and with `ALLOW_INSECURE_LOCAL=1` they need no TLS.
 * @throws ConfigError
 */
export function readTemporalConfig(env: NodeJS.ProcessEnv = process.env) {
  const { connectionOptions, namespace } = load(env);
  const {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE,
    ...rest
  } = readConfig(targetSchema, {
    ...env,
    TEMPORAL_ADDRESS: connectionOptions.address ?? 'localhost:7233',
    TEMPORAL_NAMESPACE: namespace ?? 'default',
  });
  const { apiKey, tls, metadata } = connectionOptions;
  const route = hostRoute(address, Boolean(tls));
  if (!isSecure(route, rest)) throw new ConfigError(`TEMPORAL_ADDRESS: ${INSECURE}`);
  const codec = route.isLocal ? ('none' as const) : ('gzip' as const);
  return { namespace: TEMPORAL_NAMESPACE, connection: { address, apiKey, tls, metadata, grpcCompression: { codec } } };
}
export type TemporalConfig = ReturnType<typeof readTemporalConfig>;

function load(env: NodeJS.ProcessEnv) {
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set), configFileStrict: true });
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new ConfigError(`TEMPORAL_*: ${reason}`, { cause: error });
  }
}
