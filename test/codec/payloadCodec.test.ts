import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import fc from 'fast-check';
import { createKeyRing, type PayloadKey } from '../../codec/keyRing';
import { createClientCodec, createWorkerCodec, type PayloadProtection } from '../../codec/payloadCodec';
import { KeyMissing, seal, textOf, unseal } from '../../codec/seal';

const newKey = (id: string): PayloadKey => ({ id, secret: randomBytes(32) });
const [spring, autumn] = [newKey('2026-spring'), newKey('2026-autumn')];
const workflow = (workflowId: string): SerializationContext => ({ type: 'workflow', namespace: 'default', workflowId });
const activity = (workflowId?: string): SerializationContext => ({
  type: 'activity',
  namespace: 'default',
  workflowId,
  isLocal: true,
});
const MINE = workflow('engagement:e-1');
const OTHERS = workflow('engagement:e-2');

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);

const client = (...keys: [PayloadKey, ...PayloadKey[]]) => createClientCodec({ keys, encrypts: true });
const worker = (...keys: [PayloadKey, ...PayloadKey[]]) => createWorkerCodec({ keys, encrypts: true });

const SECRET = { customer: 'Fabrikam', mail: 'vera@fabrikam.example' };

async function sealed(value: unknown = SECRET, context = MINE, codec = client(spring)): Promise<Payload> {
  const [payload] = await codec.encode([payloadOf(value)], context);
  return payload!;
}

describe('an encrypted payload', () => {
  test('shows its encoding, its key and its workflow, and nothing of its content', async () => {
    const { metadata, data } = await sealed();
    expect(Object.fromEntries(Object.entries(metadata!).map(([name, value]) => [name, textOf(value)]))).toStrictEqual({
      encoding: 'binary/encrypted',
      'encryption-key-id': '2026-spring',
      'encryption-key-check': createKeyRing([spring]).current.check,
      'workflow-id': 'engagement:e-1',
    });
    for (const secret of ['Fabrikam', 'vera', 'json/plain'])
      expect(Buffer.from(data!).toString('latin1')).not.toContain(secret);
  });

  test('is another one each time', async () => {
    const [once, again] = [await sealed(), await sealed()];
    expect(textOf(once.data)).not.toBe(textOf(again.data));
  });

  test.each(['client', 'worker'] as const)('of any content comes back as it was, to a %s', async (who) => {
    const codec = { client, worker }[who](spring);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 4 }), fc.string(), async (values, id) => {
        const context = workflow(`engagement:${id}`);
        const decoded = await codec.decode(await codec.encode(values.map(payloadOf), context), context);
        expect(decoded.map(valueOf)).toStrictEqual(values.map((value) => valueOf(payloadOf(value))));
      }),
    );
  });

  test('of no content comes back as none', async () => {
    const codec = client(spring);
    const [decoded] = await codec.decode(await codec.encode([payloadOf(undefined)], MINE), MINE);
    expect(valueOf(decoded!)).toBeUndefined();
  });

  // The SDK tells of a failed task without saying whose it is, and an error then would end the worker.
  test.each([
    ['no context', undefined],
    ['an activity of no workflow', activity()],
  ])('of %s belongs to no workflow, and none takes it', async (_, context) => {
    for (const codec of [client(spring), worker(spring)]) {
      const [payload] = await codec.encode([payloadOf(SECRET)], context);
      expect(payload!.metadata).toMatchObject({ 'workflow-id': Buffer.alloc(0) });
      expect(valueOf((await codec.decode([payload!], context))[0]!)).toStrictEqual(SECRET);
      await expect(client(spring).decode([payload!], MINE)).rejects.toThrow('this was encrypted for no workflow');
      const [told] = await worker(spring).decode([payload!], MINE);
      expect(valueOf(told!)).toBe('this was encrypted for no workflow');
    }
  });

  test('of an activity belongs to the workflow that asked for it', async () => {
    const [payload] = await worker(spring).encode([payloadOf(SECRET)], activity('engagement:e-1'));
    expect(valueOf((await client(spring).decode([payload!], MINE))[0]!)).toStrictEqual(SECRET);
  });
});

describe('a changed payload', () => {
  test('is read by nobody, whichever bit of its content was changed', async () => {
    const { metadata, data } = await sealed('x');
    for (let at = 0; at < data!.length * 8; at++) {
      const changed = Uint8Array.from(data!);
      changed[at >> 3]! ^= 1 << (at & 7);
      await expect(client(spring).decode([{ metadata, data: changed }], MINE)).rejects.toThrow('was changed');
    }
  });

  test.each([0, 1, 12, 27, 28])('cut to %d bytes is read by nobody', async (length) => {
    const { metadata, data } = await sealed();
    const cut = { metadata, data: data!.subarray(0, length) };
    await expect(client(spring).decode([cut], MINE)).rejects.toThrow(/too short|was changed/);
  });

  test('that names another workflow, another key or a hand is read by nobody', async () => {
    const { metadata, data } = await sealed();
    const ring = createKeyRing([spring, { id: 'twin', secret: spring.secret }]);
    const names: [string, string][] = [
      ['workflow-id', 'engagement:e-2'],
      ['encryption-key-id', 'twin'],
      ['hand', 'true'],
    ];
    for (const [name, value] of names) {
      const changed = { metadata: { ...metadata, [name]: Buffer.from(value) }, data };
      expect(() => unseal(changed, ring)).toThrow('was changed');
    }
  });
});

describe('a payload of another workflow', () => {
  test('is refused by clients and activities', async () => {
    const payload = await sealed();
    const elsewhere = 'this was encrypted for engagement:e-1';
    await expect(client(spring).decode([payload], OTHERS)).rejects.toThrow(elsewhere);
    await expect(client(spring).decode([payload])).rejects.toThrow(elsewhere);
    await expect(worker(spring).decode([payload], activity('engagement:e-2'))).rejects.toThrow(elsewhere);
    await expect(worker(spring).decode([payload])).rejects.toThrow(elsewhere);
  });

  test('reaches a workflow as the reason why it cannot be read, and nothing else', async () => {
    const [decoded] = await worker(spring).decode([await sealed()], OTHERS);
    expect(valueOf(decoded!)).toBe('this was encrypted for engagement:e-1');
  });
});

describe('a payload typed by hand', () => {
  const typed = seal(payloadOf(SECRET), createKeyRing([spring]), 'hand');

  test('reaches any workflow, marked', async () => {
    for (const context of [MINE, OTHERS]) {
      const [decoded] = await worker(spring).decode([typed], context);
      expect(textOf(decoded!.metadata!['hand'])).toBe('true');
      expect(valueOf(decoded!)).toStrictEqual(SECRET);
    }
  });

  test.each([
    ['cut short', 20, 'the payload is too short to be encrypted'],
    ['cut', 40, 'the payload was changed after it was encrypted'],
  ])('and %s reaches a workflow as the reason why it cannot be read, and nothing else', async (_, length, reason) => {
    const cut = { ...typed, data: typed.data!.subarray(0, length) };
    const [decoded] = await worker(spring).decode([cut], MINE);
    expect(decoded).toStrictEqual(payloadOf(reason));
    await expect(worker(spring).decode([cut], activity('engagement:e-1'))).rejects.toThrow(reason);
  });

  test.each([
    ['unknown', autumn],
    ['wrong', newKey(spring.id)],
  ])('waits for its key when that is %s', async (_, other) => {
    await expect(worker(other).decode([typed], MINE)).rejects.toThrow(KeyMissing);
  });

  test('is refused by clients and activities', async () => {
    await expect(client(spring).decode([typed], MINE)).rejects.toThrow('typed by hand');
    await expect(worker(spring).decode([typed], activity('engagement:e-1'))).rejects.toThrow('typed by hand');
  });
});

describe('keys', () => {
  test('the first encrypts, and every one of them decrypts', async () => {
    const before = await sealed(SECRET, MINE, client(spring));
    const after = await sealed(SECRET, MINE, client(autumn, spring));
    expect(textOf(after.metadata!['encryption-key-id'])).toBe('2026-autumn');
    for (const payload of [before, after])
      expect(valueOf((await client(autumn, spring).decode([payload], MINE))[0]!)).toStrictEqual(SECRET);
  });

  test('that a process does not have are named, and workflows wait for them', async () => {
    const payload = await sealed(SECRET, MINE, client(autumn));
    for (const codec of [client(spring), worker(spring)])
      await expect(codec.decode([payload], MINE)).rejects.toThrow('no key of this process is called "2026-autumn"');
  });

  test('of the same name but other bytes are errors, and workflows wait for the right ones', async () => {
    const payload = await sealed();
    const wrong = newKey(spring.id);
    for (const codec of [client(wrong), worker(wrong)])
      await expect(codec.decode([payload], MINE)).rejects.toThrow(
        'encrypted with another key of the name "2026-spring"',
      );
  });
});

describe('a plain payload', () => {
  const plain = payloadOf({ text: 'written before there was a codec' });

  test.each([
    ['client', client(spring)],
    ['worker', worker(spring)],
  ])('is read by a %s as it is, among encrypted ones', async (_, codec) => {
    const mixed = [plain, await sealed(), plain];
    const decoded = await codec.decode(mixed, MINE);
    expect(decoded.map(valueOf)).toStrictEqual([valueOf(plain), SECRET, valueOf(plain)]);
  });

  test('reaches a workflow that takes none as the reason why it is refused, and activities and clients as it is', async () => {
    const strict: PayloadProtection = { keys: [spring], encrypts: true, refusesClear: true };
    const codec = createWorkerCodec(strict);
    const decoded = await codec.decode([plain, await sealed()], MINE);
    expect(decoded.map(valueOf)).toStrictEqual(['this was not encrypted', SECRET]);
    expect(await codec.decode([plain], activity('engagement:e-1'))).toStrictEqual([plain]);
    expect(await createClientCodec(strict).decode([plain], MINE)).toStrictEqual([plain]);
  });

  test('is what a process writes that only reads encrypted ones', async () => {
    const reading: PayloadProtection = { keys: [spring], encrypts: false };
    for (const codec of [createClientCodec(reading), createWorkerCodec(reading)]) {
      expect(await codec.encode([plain], MINE)).toStrictEqual([plain]);
      expect(valueOf((await codec.decode([await sealed()], MINE))[0]!)).toStrictEqual(SECRET);
    }
  });
});
