import { readIssuerConfig } from '../../config/issuer';
import { ConfigError } from '../../config/read';
import { createIssuer } from './server';

async function main(): Promise<void> {
  const { host, port, ...options } = readIssuerConfig();
  const server = await createIssuer(options);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close());
  const address = await server.listen({ host, port });
  console.log(`dev OIDC issuer on ${address}, tokens named ${options.issuer}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
});
