import { createServer, Server } from 'node:net';
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
  const passed: number[] = [];
  const listen = jest.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
    passed.push(args[0] as number);
    process.nextTick(() => (passed.length === 1 ? this.emit('error', new Error('busy')) : (args[2] as () => void)()));
    return this;
  });
  try {
    const [port] = await freePorts(1);
    expect([passed.length, port]).toStrictEqual([2, passed[1]]);
  } finally {
    listen.mockRestore();
  }
});

test('where no port is free, that is said', async () => {
  const listen = jest.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    process.nextTick(() => this.emit('error', new Error('not permitted')));
    return this;
  });
  try {
    await expect(freePorts(2)).rejects.toThrow('2 ports are wanted, 0 of 127.0.0.1 are free');
  } finally {
    listen.mockRestore();
  }
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
