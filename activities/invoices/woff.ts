import { inflateSync } from 'node:zlib';

const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;

/**
 * A font as it was before it was packed for the web (WOFF 1.0). A packed font can be embedded, too, but its tables are then
 * inflated again for every glyph: a hundred times the work.
 */
export function unpackWoff(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12);
  const log = Math.floor(Math.log2(count));
  const range = SFNT_ENTRY * 2 ** log;
  const header = Buffer.alloc(SFNT_HEADER + SFNT_ENTRY * count);
  woff.copy(header, 0, 4, 8);
  for (const [at, value] of [count, range, log, SFNT_ENTRY * count - range].entries())
    header.writeUInt16BE(value, 4 + 2 * at);
  const tables: Uint8Array[] = [header];
  let offset = header.length;
  for (let table = 0; table < count; table++) {
    const from = WOFF_HEADER + WOFF_ENTRY * table;
    const to = SFNT_HEADER + SFNT_ENTRY * table;
    const [start, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(from + field)) as [
      number,
      number,
      number,
    ];
    const content = woff.subarray(start, start + packed);
    const padding = Buffer.alloc((4 - (length % 4)) % 4);
    tables.push(packed < length ? inflateSync(content) : content, padding);
    woff.copy(header, to, from, from + 4);
    woff.copy(header, to + 4, from + 16, from + 20);
    header.writeUInt32BE(offset, to + 8);
    header.writeUInt32BE(length, to + 12);
    offset += length + padding.length;
  }
  return Buffer.concat(tables);
}
