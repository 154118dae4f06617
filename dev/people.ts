import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { askForToken, createApi, type Answer, type Api } from '../client/cli/http';
import { ApiFailure } from '../client/cli/failures';
import type { MessageStatus } from '../contracts/engagement';
import type { Role } from '../contracts/names';

/** Somebody with a token of their own. */
export interface Caller {
  role: Role;
  api: Api;
}

export type People = Awaited<ReturnType<typeof peopleOf>>;

const LOOK_MS = 50;
const SETTLED_WITHIN_MS = 60_000;
const BUSY_MS = 30_000;

/** Everybody who has a part in what a partner does. `consultantId` names the one who delivers. */
export async function peopleOf({
  apiUrl,
  issuerUrl,
  partnerId,
  consultantId,
}: {
  apiUrl: string;
  issuerUrl: string;
  partnerId: string;
  consultantId?: string;
}) {
  const caller = async (role: Role, subject: string, ofPartner?: string): Promise<Caller> => {
    const token = await askForToken(issuerUrl, { role, subject, partnerId: ofPartner });
    return { role, api: patient(createApi({ apiUrl, issuerUrl, token })) };
  };
  return {
    operator: await caller('operator', 'olivia.operator'),
    globalAdmin: await caller('globalAdmin', 'gunnar.admin', partnerId),
    partnerAdmin: await caller('partnerAdmin', 'mira.holm', partnerId),
    consultant: await caller('consultant', consultantId ?? 'consultant', partnerId),
  };
}

/**
 * An API that is asked again, when it says so, while it has more to do than it can; half a minute at most. Every request may
 * be made twice. @throws as `createApi`
 */
export function patient(api: Api): Api {
  return {
    ...api,
    async call(...request) {
      for (const deadline = Date.now() + BUSY_MS; ;) {
        try {
          return await api.call(...request);
        } catch (error) {
          const isBusy = error instanceof ApiFailure && error.problem.status === 503 && Date.now() < deadline;
          if (!isBusy) throw error;
          await pause(Number(error.retryAfter ?? 1) * 1_000);
        }
      }
    },
  };
}

/**
 * Says something to an engagement or a partner (`subject`, such as `/partners/contoso`) and waits until it is applied, if the
 * answer came before. @throws ApiFailure | Unreachable | Error when it is refused, or pending for a minute
 */
export async function say<Body>(
  { api }: Caller,
  [method, route]: readonly ['POST' | 'PUT', string],
  subject: string,
  json: object,
  signal?: AbortSignal,
): Promise<Answer<Body>> {
  const key = method === 'POST' ? randomUUID() : undefined;
  const answer = await api.call<Body>(method, route, { json, key });
  if (answer.status !== 202) return answer;
  const { messageId } = answer.body as { messageId: string };
  for (const deadline = Date.now() + SETTLED_WITHIN_MS; ;) {
    const { body } = await api.call<MessageStatus>('GET', `${subject}/messages/${messageId}`);
    if (body.status === 'refused') throw new Error(`${method} ${route} was refused: ${body.reason?.detail}`);
    if (body.status === 'applied') return { ...(await api.call<Body>('GET', subject)), status: 202 };
    if (Date.now() > deadline)
      throw new Error(`${method} ${route} was accepted, but its message ${messageId} is still pending after a minute.`);
    await pause(LOOK_MS, undefined, { signal });
  }
}
