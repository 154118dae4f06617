import { ConfigError } from '../../config/read';
import { readSavbSandboxConfig } from '../../config/savbSandbox';
import { createSavbSandbox } from './server';

async function main(): Promise<void> {
  const { host, port, ...options } = readSavbSandboxConfig();
  const { token, ledgerFile, pace } = options;
  const server = await createSavbSandbox(options);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close());
  const address = await server.listen({ host, port }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  console.log(`SAVB sandbox on ${address}, token ${token}, ledger ${ledgerFile}
A payment request moves on ${pace === 'manual' ? 'when told' : `after ${pace / 1_000} s`}. docs/savb-sandbox.md has more; for example:
  curl -sS ${address}/payment-requests -H 'authorization: Bearer ${token}' -H 'content-type: application/json' -d '${example}'
  curl -sS ${address}/payment-requests -H 'authorization: Bearer ${token}'`);
}

/** A payment request that the sandbox accepts. */
const example = JSON.stringify({
  reference: 'e-1:invoice:1',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-14' }],
  amount: { minor: 240_000, currency: 'SEK' },
  invoice: { number: '2020-1', date: '2020-08-17' },
});

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') console.error(`${message}: set SAVB_PORT to another port`);
  else console.error(error instanceof ConfigError ? message : error);
  process.exitCode = 1;
});
