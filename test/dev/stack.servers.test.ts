import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { partnerAt } from '../../dev/onboarding';
import { peopleOf } from '../../dev/people';
import { inRepository } from '../../dev/repository';
import { seed } from '../../dev/seed';
import { takesConnections } from '../../dev/servers/ports';
import { urlOf } from '../../dev/settings';
import { startStack } from '../../dev/stack';
import type { StackPorts } from '../../dev/stackPorts';
import { freeStackPorts, wantedPorts } from '../../dev/stackPorts';
import { run as cli } from '../client/cliSupport';
import { secretsIn } from '../support/secrets';

/** Runs compiled programs: `npm test` builds first. */
jest.setTimeout(240_000);

let folder: string;
let ports: StackPorts;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-stack-'));
  ports = await freeStackPorts();
});
afterEach(() => rm(folder, { recursive: true }));

const own = { temporal: !process.env.TEMPORAL_ADDRESS, mongo: !process.env.MONGODB_URI, codec: false };
const usedPorts = async () => {
  const wanted = wantedPorts(ports, own);
  const used = await Promise.all(wanted.map(({ port }) => takesConnections(port)));
  return wanted.filter((_, index) => used[index]).map(({ what }) => what);
};

async function enrollmentsAt(addresses: { apiUrl: string; issuerUrl: string }) {
  const ofPartner = async (partnerId: string) => {
    const partner = await partnerAt(await peopleOf({ ...addresses, partnerId }), partnerId);
    return [partnerId, partner?.enrollments.map(({ offering }) => offering)];
  };
  return Object.fromEntries(await Promise.all(['contoso-services', 'northwind-consulting'].map(ofPartner))) as object;
}

/** What all processes have logged. */
async function logsIn(dataDir: string): Promise<string> {
  const names = (await readdir(dataDir, { recursive: true })).filter((name) => name.endsWith('.log'));
  expect(names.length).toBeGreaterThan(3);
  return (await Promise.all(names.map((name) => readFile(path.join(dataDir, name), 'utf8')))).join('\n');
}

describe('the stack', () => {
  const start = (env: NodeJS.ProcessEnv = {}, signal?: AbortSignal) =>
    startStack({ dataDir: folder, ports, say: () => undefined, env: { ...process.env, ...env }, signal });

  test('starts each part as a process of its own and stops them all', async () => {
    const stack = await start();
    const pids = Object.values(stack.processes).flatMap((running) => running?.pid ?? []);
    expect(new Set([...pids, process.pid]).size).toBe(pids.length + 1);
    expect(await usedPorts()).toStrictEqual(wantedPorts(ports, own).map(({ what }) => what));
    await stack.stop();
    expect(await usedPorts()).toStrictEqual([]);
  });

  test('brings the sample partners through steps 1 to 3 by calls to its API, once', async () => {
    const stack = await start();
    try {
      const [apiUrl, issuerUrl] = [urlOf(ports.api), urlOf(ports.issuer)];
      await seed({ apiUrl, issuerUrl });
      const seen = await enrollmentsAt({ apiUrl, issuerUrl });
      expect(seen).toStrictEqual({
        'contoso-services': ['DDPS', 'PVDPS', 'SDPS', 'S-EDPS'],
        'northwind-consulting': ['SDPS'],
      });
      await seed({ apiUrl, issuerUrl });
      expect(await enrollmentsAt({ apiUrl, issuerUrl })).toStrictEqual(seen);
      const audit = await cli(['audit', 'verify'], { API_URL: apiUrl, OIDC_ISSUER: issuerUrl });
      expect(audit).toMatchObject({ code: 0, stdout: expect.stringMatching(/^The chain is whole: \d\d/) as string });
      expect(secretsIn(await logsIn(folder))).toStrictEqual([]);
    } finally {
      await stack.stop();
    }
  });

  test('that cannot be started as a whole is stopped, and the part is named', async () => {
    await expect(start({ NODE_ENV: 'production' })).rejects.toThrow(
      /^token issuer ended with code 1 before it was ready\. The end of .*issuer\.log:\nNODE_ENV: must not be production/,
    );
    expect(await usedPorts()).toStrictEqual([]);
  });

  test('that is given up while it starts is stopped', async () => {
    await expect(start({}, AbortSignal.abort())).rejects.toThrow(/aborted/);
    expect(await usedPorts()).toStrictEqual([]);
  });
});

/** Payment requests move on quickly, for the sake of the test. */
const BRISK = { SAVB_SANDBOX_PACE: '700ms', SAVB_POLL_INTERVAL: '200ms' };

/** Runs a compiled program in a folder of its own; once it has said `enough`, Ctrl-C is pressed. */
async function run(
  program: string,
  variables: NodeJS.ProcessEnv,
  enough?: string,
): Promise<{ said: string; code: number | null }> {
  const env = { ...process.env, ...BRISK, ...variables };
  const child = spawn(process.execPath, [inRepository('dist', 'dev', program)], { cwd: folder, env });
  let said = '';
  let pressed = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (pressed || enough === undefined || !said.includes(enough)) return;
      pressed = child.kill('SIGINT');
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { said, code };
}

describe('npm start', () => {
  const startUntil = (enough: string) => {
    const wanted = wantedPorts(ports, { temporal: true, mongo: true, codec: false });
    const variables = Object.fromEntries(wanted.map(({ port, variable }) => [variable, String(port)]));
    return run('start.js', variables, enough);
  };

  test('walks the sample to the payment once, keeps it over a second start, and stops everything on Ctrl-C', async () => {
    const first = await startUntil('Everything stays up until Ctrl-C.');
    expect(first.said).toMatch(/Operator token: \S+\.\S+\.\S+\n.*Step 1 .*Step 8 .*→ paid.*PaymentStatusChanged paid/s);
    expect(first.code).toBe(0);
    expect(await usedPorts()).toStrictEqual([]);

    const second = await startUntil('Everything stays up until Ctrl-C.');
    expect(second.said).toContain(
      'The sample engagement fabrikam-windows-office of an earlier start is paid; it is not walked again.',
    );
    expect(second.code).toBe(0);
    expect(await usedPorts()).toStrictEqual([]);
  });

  test('given up while it starts leaves nothing running', async () => {
    const { said } = await startUntil('MongoDB is up');
    expect(said).not.toContain('Step 1');
    expect(await usedPorts()).toStrictEqual([]);
  });

  test('on a busy port says which variable moves it, and starts nothing', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(ports.api, '127.0.0.1', resolve));
    expect(await startUntil('never')).toStrictEqual({
      said: `Port ${ports.api} (API) is in use: stop what uses it, or set API_PORT to another port.\n`,
      code: 1,
    });
    await new Promise((resolve) => server.close(resolve));
  });
});

test('npm run demo walks the sample, finds every result as it should be, and ends with 0', async () => {
  const { said, code } = await run('demo.js', {});
  expect(said).toContain('Every result is as it should be, and everything is stopped.');
  expect(code).toBe(0);
});
