import { ConfigError } from '../../config/read';
import { readSavbSandboxConfig } from '../../config/savbSandbox';
import { createSavbSandbox } from './server';

async function main(): Promise<void> {
  const { host, port, ...options } = readSavbSandboxConfig();
  const server = await createSavbSandbox(options);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close());
  const address = await server.listen({ host, port }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  console.log(`SAVB sandbox on ${address}, ledger ${options.ledgerFile}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
});
