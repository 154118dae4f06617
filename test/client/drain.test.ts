import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { closeAudit } from '../../client/api/audit/audit';
import { drain } from '../../client/api/limits/drain';
import type { AuditFacts } from '../../contracts/audit';
import { eventually } from '../support/eventually';
import { openRig } from './rig';

/** The API as it is asked over the network, where one view comes when `answer` is called. */
async function openSlow(options: Parameters<typeof openRig>[0] = {}) {
  let asked = false;
  let answer: () => void = () => undefined;
  const answered = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
  const view = () => {
    asked = true;
    return answered;
  };
  const { api, token } = await openRig({ ...options, records: { ...options.records, engagements: { view } } });
  await api.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
  const headers = { authorization: `Bearer ${await token()}` };
  const ask = async () => {
    const response = await fetch(`${url}/v1/engagements/E-1`, { headers });
    return response.status;
  };
  const untilAsked = () =>
    eventually(
      async () => asked,
      (done) => done,
    );
  return { api, url, ask, answer, untilAsked };
}

test('the whole notice is served, without a connection as well: a balancer may send its next request', async () => {
  const { api, url } = await openSlow();
  const drained = drain(api, { noticeMs: 1_000, answerMs: 1_000 });
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await drained;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('what was begun at the end of the notice has the longest answer’s time', async () => {
  const { api, ask, answer, untilAsked } = await openSlow();
  const asked = ask();
  await untilAsked();
  const closing = once(api.server, 'close');
  const drained = drain(api, { noticeMs: 50, answerMs: 20_000 });
  await eventually(
    async () => api.server.listening,
    (listening) => !listening,
  );
  answer();
  expect(await asked).toBe(404);
  await Promise.all([drained, closing]);
});

test('what waits for the audit is on record, or in the log, though a request never ends', async () => {
  const lines: string[] = [];
  const logger = { level: 'error', stream: { write: (line: string) => void lines.push(line) } };
  let left = [{ requestId: 'r-7' } as AuditFacts];
  const close = async () => {
    const given = left;
    left = [];
    return given;
  };
  const { api, ask, answer, untilAsked } = await openSlow({ logger, records: { audit: { close } } });
  const asked = ask();
  await untilAsked();
  await drain(api, { noticeMs: 0, answerMs: 50 });
  expect(lines).toStrictEqual([]);
  await closeAudit({ close }, api.log);
  answer();
  await asked;
  await api.close();
  expect(lines.map((line) => (JSON.parse(line) as { audit: object }).audit)).toStrictEqual([{ requestId: 'r-7' }]);
});
