import { once } from 'node:events';
import { createKeyRing } from '../../codec/keyRing';
import { readCodecServerConfig } from '../../config/codecServer';
import { ConfigError } from '../../config/read';
import { LOGGER } from '../api/log';
import { ISSUER_AWAY, publishedKeys } from '../api/access/tokens';
import { createCodecServer } from './server';

/** Serves the codec until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { host, port, keys, oidc, uiOrigins, isTokenInPath } = readCodecServerConfig();
  const tell = (err: unknown) => server.log.error({ err }, ISSUER_AWAY);
  const tokens = { issuer: oidc.issuer, audience: oidc.audience, keys: publishedKeys(oidc.jwksUri, tell) };
  const server = await createCodecServer({
    ring: createKeyRing(keys),
    tokens,
    uiOrigins,
    isTokenInPath,
    logger: LOGGER,
  });
  await server.listen({ host, port });
  await Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal)));
  await server.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack)}\n`);
    process.exit(1);
  },
);
