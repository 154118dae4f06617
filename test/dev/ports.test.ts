import { createServer } from 'node:net';
import { freePorts, refuseBusyPorts, takesConnections } from '../../dev/servers/ports';

async function whileListening(port: number, work: () => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

test('free ports differ from each other', async () => {
  expect(new Set(await freePorts(20)).size).toBe(20);
});

test('free ports are none that a system gives to whoever asks for any', async () => {
  for (const port of await freePorts(20)) expect([port >= 10_000, port < 32_768]).toStrictEqual([true, true]);
});

test('a port that somebody listens on is passed over', async () => {
  const [port] = (await freePorts(1)) as [number];
  await whileListening(port + 1, async () => expect(await freePorts(1)).not.toStrictEqual([port + 1]));
});

test('a busy port is refused with one line that names it and the variable that moves it', async () => {
  const [busy, free] = (await freePorts(2)) as [number, number];
  await whileListening(busy, async () => {
    await expect(
      refuseBusyPorts([
        { port: free, what: 'API', variable: 'API_PORT' },
        { port: busy, what: 'Temporal', variable: 'TEMPORAL_PORT' },
      ]),
    ).rejects.toThrow(
      new Error(`Port ${busy} (Temporal) is in use: stop what uses it, or set TEMPORAL_PORT to another port.`),
    );
  });
});

test('free ports are not refused', async () => {
  const [port] = (await freePorts(1)) as [number];
  await expect(refuseBusyPorts([{ port, what: 'API', variable: 'API_PORT' }])).resolves.toBeUndefined();
});

test('a port takes connections while somebody listens', async () => {
  const [port] = (await freePorts(1)) as [number];
  await whileListening(port, async () => expect(await takesConnections(port)).toBe(true));
  expect(await takesConnections(port)).toBe(false);
});
