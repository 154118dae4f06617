import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';

const TYPES = { 1: 'A', 28: 'AAAA' } as const;
const HEADER_BYTES = 12;
/** A response to a recursive question, without an error. */
const ANSWERED = 0x8180;

/** A name server on this machine (RFC 1035) that says the same of every name, or nothing at all. */
export async function nameServer(zone: { A?: string[]; AAAA?: string[] } | 'silent') {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, end } = questionIn(query);
    const type = query.readUInt16BE(end) as keyof typeof TYPES;
    asked.push(`${TYPES[type]} ${name}`);
    if (zone === 'silent') return;
    const records = (zone[TYPES[type]] ?? []).map((text) => recordOf(type, text));
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(ANSWERED, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end + 4), ...records]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    /** What was asked, such as `A partner.example`. */
    asked,
    close: () => new Promise<void>((resolve) => void socket.close(() => resolve())),
  };
}

function questionIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

/** Of the name in the question, for a minute. */
function recordOf(type: number, text: string): Buffer {
  const address = Buffer.from(ipaddr.parse(text).toByteArray());
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(address.length, 10);
  return Buffer.concat([head, address]);
}
