import { randomBytes } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { JWTPayload } from 'jose';
import { createCookies } from '../../client/portal/cookies';
import { openRig } from '../client/rig';

export const URL_OF_PORTAL = 'http://127.0.0.1:4000';

export const SETTINGS = {
  url: URL_OF_PORTAL,
  clientId: 'portal',
  clientSecret: undefined,
  scope: 'openid',
  sessionKey: new Uint8Array(randomBytes(32)),
};

export const cookies = createCookies(SETTINGS.sessionKey, URL_OF_PORTAL);

/** A form as a browser sends it. */
export const form = (fields: Record<string, string | string[]>) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
  payload: new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each) => [name, each])),
  ).toString(),
});

/** The API with its portal over fake records; `visit` is one request of somebody who is signed in. */
export async function openPortal(options: Parameters<typeof openRig>[0] = {}) {
  const { dependencies, ...rest } = options;
  const rig = await openRig({ ...rest, dependencies: { portal: SETTINGS, ...dependencies } });
  const visit = async (url: string, { claims, headers, ...more }: InjectOptions & { claims?: JWTPayload } = {}) => {
    const session = await cookies.seal('session', { token: await rig.token(claims) }, 60);
    return rig.api.inject({ url, headers: { cookie: `portal-session=${session}`, ...headers }, ...more });
  };
  return { ...rig, visit };
}

/** What a browser would show of a page, without tags. */
export const textOf = (page: string): string =>
  page
    .replace(/<(script|style)[^]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
