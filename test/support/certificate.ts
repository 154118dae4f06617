import { createSign, generateKeyPairSync } from 'node:crypto';

const tagged = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Uint8Array[]) => tagged(0x30, ...parts);
const bytes = (...values: number[]) => Uint8Array.from(values);
const oid = (...values: number[]) => tagged(0x06, bytes(...values));
const bitString = (content: Uint8Array) => tagged(0x03, bytes(0), content);
const utcTime = (year: number) => tagged(0x17, Buffer.from(`${String(year).slice(2)}0101000000Z`));

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const SUBJECT_ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
const COMMON_NAME = oid(0x55, 0x04, 0x03);

/** A certificate for 127.0.0.1 and localhost that nobody vouches for (RFC 5280), with its key; both PEM. */
export function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from('localhost')))));
  const names = sequence(tagged(0x87, bytes(127, 0, 0, 1)), tagged(0x82, Buffer.from('localhost')));
  const content = sequence(
    tagged(0xa0, tagged(0x02, bytes(2))),
    tagged(0x02, bytes(1)),
    ECDSA_WITH_SHA256,
    name,
    sequence(utcTime(2020), utcTime(2049)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(sequence(SUBJECT_ALTERNATIVE_NAME, tagged(0x04, names)))),
  );
  const signature = createSign('sha256').update(content).sign(privateKey);
  const certificate = sequence(content, ECDSA_WITH_SHA256, bitString(signature)).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}
