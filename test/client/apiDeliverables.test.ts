import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { MongoNetworkError } from 'mongodb';
import { Agent, request } from 'undici';
import { UploadRefused, type Upload } from '../../records/deliverables';
import type { CompletionReport } from '../../contracts/engagement';
import { isFinalStage, STAGES, type Stage } from '../../contracts/names';
import { openRig, partnerAdmin, VIEW } from './rig';

const plan = Buffer.from('the plan');
const sha256 = createHash('sha256').update(plan).digest('hex');
const digest = `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
const url = '/v1/engagements/E-1/deliverables/plan.pdf';

/** Records that keep an upload in memory by the rules of the real ones. */
function keeping(kept: Record<string, string> = {}) {
  const upload = async ({ engagementId, name, stream, maxBytes, expectedSha256, judge }: Upload) => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of stream) {
      size += piece.byteLength;
      if (size > maxBytes) throw new UploadRefused('tooLarge', `more than ${maxBytes} bytes`);
      pieces.push(piece);
    }
    const content = createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
    if (expectedSha256 !== undefined && expectedSha256 !== content)
      throw new UploadRefused('digestMismatch', 'the content has another SHA-256');
    await judge?.(await find(engagementId, name));
    kept[name] = content;
    return { name, size, sha256: content };
  };
  const find = async (_id: string, name: string) =>
    kept[name] === undefined ? undefined : { name, size: plan.length, sha256: kept[name] };
  const open = async (_id: string, name: string) =>
    kept[name] === undefined
      ? undefined
      : { stream: Readable.from([plan]), uploaded: { name, size: plan.length, sha256: kept[name] } };
  return { kept, deliverables: { upload, find, open } };
}

const reporting = (reported: string) => async () => ({
  ...VIEW,
  completionReport: {
    deliverables: [{ name: 'plan.pdf', kind: 'customerPlan', sha256: reported, size: 8 }],
  } as CompletionReport,
});

describe('uploading', () => {
  test.each(['application/octet-stream', 'application/pdf', 'application/json', undefined])(
    'a file of type %s is kept as it came',
    async (type) => {
      const { kept, deliverables } = keeping();
      const { call } = await openRig({ records: { deliverables } });
      const headers = { 'content-type': type, 'content-digest': digest };
      const answer = await call('PUT', url, { payload: plan, headers });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toStrictEqual({ name: 'plan.pdf', size: 8, sha256 });
      expect(kept).toStrictEqual({ 'plan.pdf': sha256 });
    },
  );

  test('the same content again is a 200', async () => {
    const { deliverables } = keeping({ 'plan.pdf': sha256 });
    const { call } = await openRig({ records: { deliverables } });
    expect((await call('PUT', url, { payload: plan })).statusCode).toBe(200);
  });

  test('a wrong digest keeps nothing', async () => {
    const { kept, deliverables } = keeping();
    const { call } = await openRig({ records: { deliverables } });
    const headers = { 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` };
    const answer = await call('PUT', url, { payload: plan, headers });
    expect(answer.json()).toMatchObject({ status: 422, type: '/problems/digest-mismatch' });
    expect(kept).toStrictEqual({});
  });

  test.each(['sha-256=abc', 'md5=:abc:', 'sha-256=:YWJj:'])('Content-Digest %s is a 400', async (given) => {
    const { call } = await openRig({ records: { deliverables: keeping().deliverables } });
    const answer = await call('PUT', url, { payload: plan, headers: { 'content-digest': given } });
    expect(answer.statusCode).toBe(400);
  });

  test.each(['.hidden', 'a b', 'a%2Fb', 'x'.repeat(101)])('a name such as %s is a 400', async (name) => {
    const { call } = await openRig({ records: { deliverables: keeping().deliverables } });
    const answer = await call('PUT', `/v1/engagements/E-1/deliverables/${encodeURI(name)}`, { payload: plan });
    expect(answer.statusCode).toBe(400);
  });

  test('no body is a 400', async () => {
    const { call } = await openRig({ records: { deliverables: keeping().deliverables } });
    expect((await call('PUT', url)).statusCode).toBe(400);
  });

  test.each([
    ['support', { roles: ['support'] }, 403],
    ['a consultant', { roles: ['consultant'], partnerId: 'contoso' }, 201],
    ['another partner', partnerAdmin('fabrikam'), 404],
  ])('%s uploading is a %s', async (_who, claims, status) => {
    const { call } = await openRig({ records: { deliverables: keeping().deliverables } });
    expect((await call('PUT', url, { payload: plan, claims })).statusCode).toBe(status);
  });

  test('a reported file keeps its content, with a digest sent and without', async () => {
    const { kept, deliverables } = keeping();
    const { call } = await openRig({ records: { deliverables, engagements: { view: reporting('0'.repeat(64)) } } });
    const answers = await Promise.all(
      [{ 'content-digest': digest }, {}].map((headers) => call('PUT', url, { payload: plan, headers })),
    );
    for (const answer of answers)
      expect(answer.json()).toMatchObject({ status: 409, type: '/problems/already-done-differently' });
    expect(kept).toStrictEqual({});
  });

  test('a reported file may be uploaded again as it was', async () => {
    const { deliverables } = keeping({ 'plan.pdf': sha256 });
    const { call } = await openRig({ records: { deliverables, engagements: { view: reporting(sha256) } } });
    expect((await call('PUT', url, { payload: plan })).statusCode).toBe(200);
  });

  test('26 MB are refused by their announced length, before any of them is read', async () => {
    const upload = jest.fn();
    const { call } = await openRig({ records: { deliverables: { upload } } });
    const headers = { 'content-length': String(26 * 1024 * 1024) };
    const answer = await call('PUT', url, { payload: Readable.from([plan]), headers });
    expect(answer.json()).toMatchObject({ status: 413, type: '/problems/too-large' });
    expect(upload).not.toHaveBeenCalled();
  });

  test('26 MB without an announced length are refused on their way, and the refusal arrives', async () => {
    const { kept, deliverables } = keeping();
    const { api, token } = await openRig({ records: { deliverables } });
    await api.listen({ port: 0, host: '127.0.0.1' });
    const { port } = api.server.address() as AddressInfo;
    const megabyte = Buffer.alloc(1024 * 1024);
    const body = Readable.from(Array.from({ length: 26 }, () => megabyte));
    const headers = { authorization: `Bearer ${await token()}` };
    const caller = new Agent();
    const answer = await request(`http://127.0.0.1:${port}${url}`, {
      method: 'PUT',
      headers,
      body,
      dispatcher: caller,
    });
    expect(await answer.body.json()).toMatchObject({ status: 413, type: '/problems/too-large' });
    expect(kept).toStrictEqual({});
    await caller.close();
    await api.close();
  });
});

describe('files come while the engagement is under way', () => {
  const inStage =
    (...stages: Stage[]) =>
    async () => ({ ...VIEW, stage: (stages.length > 1 ? stages.shift() : stages[0])! });
  const closed = { status: 409, type: '/problems/engagement-closed' };

  test.each(STAGES)('in %s', async (stage) => {
    const { kept, deliverables } = keeping();
    const upload = jest.fn(deliverables.upload);
    const records = { deliverables: { ...deliverables, upload }, engagements: { view: inStage(stage) } };
    const { call } = await openRig({ records });
    const answer = await call('PUT', url, { payload: plan });
    const isOver = isFinalStage(stage);
    expect(answer.json()).toMatchObject(isOver ? closed : { sha256 });
    expect([upload.mock.calls.length, kept]).toStrictEqual(isOver ? [0, {}] : [1, { 'plan.pdf': sha256 }]);
  });

  test('and not when it ended while they arrived', async () => {
    const { kept, deliverables } = keeping();
    const { call } = await openRig({ records: { deliverables, engagements: { view: inStage('reserved', 'paid') } } });
    expect((await call('PUT', url, { payload: plan })).json()).toMatchObject(closed);
    expect(kept).toStrictEqual({});
  });

  test.each<[UploadRefused['reason'], string]>([
    ['noRoom', 'deliverables-full'],
    ['forgotten', 'engagement-closed'],
  ])('%s is a 409 %s', async (reason, code) => {
    const upload = jest.fn().mockRejectedValue(new UploadRefused(reason, 'why'));
    const { call } = await openRig({ records: { deliverables: { ...keeping().deliverables, upload } } });
    const answer = await call('PUT', url, { payload: plan });
    expect(answer.json()).toMatchObject({ status: 409, type: `/problems/${code}`, detail: 'why' });
    expect(upload).toHaveBeenCalledWith(expect.objectContaining({ announcedBytes: plan.length }));
  });
});

describe('fetching', () => {
  test('a file that breaks off before its first byte is a problem, with nothing told of the file', async () => {
    const open = async () => ({
      stream: new Readable({
        read() {
          this.destroy(new MongoNetworkError('connection closed'));
        },
      }),
      uploaded: { name: 'plan.pdf', size: plan.length, sha256 },
    });
    const { call } = await openRig({ records: { deliverables: { open } } });
    const { statusCode, headers } = await call('GET', url);
    expect([statusCode, headers['content-type']]).toStrictEqual([503, 'application/problem+json']);
    for (const name of ['etag', 'content-digest', 'content-disposition']) expect(headers).not.toHaveProperty(name);
  });

  test('the file comes with its digest, never to be shown by a browser', async () => {
    const { deliverables } = keeping({ 'plan.pdf': sha256 });
    const { call } = await openRig({ records: { deliverables } });
    const answer = await call('GET', url, { claims: { roles: ['support'] } });
    expect(answer.rawPayload).toStrictEqual(plan);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '8',
      'content-digest': digest,
      'content-disposition': 'attachment; filename="plan.pdf"',
      'x-content-type-options': 'nosniff',
      etag: `"${sha256}"`,
    });
  });

  test('whoever has it already is told so', async () => {
    const { deliverables } = keeping({ 'plan.pdf': sha256 });
    const { call } = await openRig({ records: { deliverables } });
    const answer = await call('GET', url, { headers: { 'if-none-match': `"${sha256}"` } });
    expect([answer.statusCode, answer.body]).toStrictEqual([304, '']);
  });

  test('another partner finds nothing, nor is there what was never uploaded', async () => {
    const { deliverables } = keeping({ 'plan.pdf': sha256 });
    const { call } = await openRig({ records: { deliverables } });
    const foreign = await call('GET', url, { claims: partnerAdmin('fabrikam') });
    const absent = await call('GET', '/v1/engagements/E-1/deliverables/other.pdf');
    expect([foreign.statusCode, absent.statusCode]).toStrictEqual([404, 404]);
  });
});

describe('If-Match', () => {
  const put = async (kept: Record<string, string>, ifMatch: string, more: Record<string, string> = {}) => {
    const { kept: now, deliverables } = keeping(kept);
    const { call } = await openRig({ records: { deliverables } });
    const answer = await call('PUT', url, { payload: plan, headers: { 'if-match': ifMatch, ...more } });
    return { status: answer.statusCode, now };
  };

  test.each(['"other"', '*'])('%s lets a file replace the one it names', async (ifMatch) =>
    expect(await put({ 'plan.pdf': 'other' }, ifMatch)).toStrictEqual({ status: 201, now: { 'plan.pdf': sha256 } }),
  );

  test.each<[string, Record<string, string>]>([
    ['"another"', { 'plan.pdf': 'other' }],
    ['*', {}],
  ])('%s keeps the file as it is', async (ifMatch, before) =>
    expect(await put({ ...before }, ifMatch)).toStrictEqual({ status: 412, now: before }),
  );

  test('lets a replacement be said again that says what it is, for its answer may have been lost', async () => {
    const replaced = { 'plan.pdf': sha256 };
    expect(await put({ ...replaced }, '"other"', { 'content-digest': digest })).toStrictEqual({
      status: 200,
      now: replaced,
    });
    expect(await put({ ...replaced }, '"other"')).toStrictEqual({ status: 412, now: replaced });
  });

  test('is judged before any of the file is read', async () => {
    const { deliverables } = keeping({ 'plan.pdf': 'other' });
    const upload = jest.fn();
    const { call } = await openRig({ records: { deliverables: { ...deliverables, upload } } });
    const answer = await call('PUT', url, { payload: plan, headers: { 'if-match': '"another"' } });
    expect([answer.statusCode, upload.mock.calls]).toStrictEqual([412, []]);
  });

  test('holds against what was uploaded while the file arrived', async () => {
    const { kept, deliverables } = keeping({ 'plan.pdf': 'other' });
    const upload = async (given: Upload) => {
      kept['plan.pdf'] = 'meanwhile';
      return deliverables.upload(given);
    };
    const { call } = await openRig({ records: { deliverables: { ...deliverables, upload } } });
    const answer = await call('PUT', url, { payload: plan, headers: { 'if-match': '"other"' } });
    expect([answer.statusCode, kept]).toStrictEqual([412, { 'plan.pdf': 'meanwhile' }]);
  });
});

test.each<[string, Record<string, string>, number]>([
  ['*', { 'plan.pdf': 'other' }, 412],
  ['W/"other"', { 'plan.pdf': 'other' }, 412],
  ['*', {}, 201],
  ['"another"', { 'plan.pdf': 'other' }, 201],
])('If-None-Match: %s onto %j is a %s', async (ifNoneMatch, before, status) => {
  const { deliverables } = keeping({ ...before });
  const { call } = await openRig({ records: { deliverables } });
  const answer = await call('PUT', url, { payload: plan, headers: { 'if-none-match': ifNoneMatch } });
  expect(answer.statusCode).toBe(status);
});
