import { createServer, type AddressInfo, type Socket } from 'node:net';
import { BSON } from 'mongodb';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;

/** Something on this machine that says it is the primary of a replica set, of which `hosts` are the members. */
export async function replicaSetMember(hosts: readonly string[] = []) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    let received = Buffer.alloc(0);
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const message = received.subarray(0, received.readInt32LE(0));
        received = received.subarray(message.length);
        socket.write(answerTo(message, { ...PRIMARY, hosts: [address, ...hosts], me: address, primary: address }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    /** How often it was connected to. */
    connections: () => connections,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const PRIMARY = {
  ok: 1,
  ismaster: true,
  isWritablePrimary: true,
  setName: 'rs0',
  setVersion: 1,
  minWireVersion: 0,
  maxWireVersion: 25,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
};

/** The same to whatever is asked, in the form of the question: a document after its header. */
function answerTo(message: Buffer, document: object): Buffer {
  const isQuery = message.readInt32LE(12) === OP_QUERY;
  const before = Buffer.alloc(isQuery ? 20 : 5);
  if (isQuery) before.writeInt32LE(1, 16);
  const body = BSON.serialize(document);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + before.length + body.length, 0);
  message.copy(header, 8, 4, 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, before, body]);
}
