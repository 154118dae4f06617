import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EndedSessions } from '../../records/endedSessions';
import { ApiProblem } from '../api/problems/problems';
import { principalOfToken, type TokenRules } from '../api/access/tokens';
import type { Principal } from '../api/access/principal';
import type { Cookies, Opened } from './cookies';

/** Who is signed in, as the token says that goes with every call to the API. */
export interface Person extends Principal {
  token: string;
}

/** What tells whether a session still holds. */
export interface Sessions {
  cookies: Cookies;
  tokens: TokenRules;
  endedSessions: EndedSessions;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** On pages for those who are signed in. */
    person: Person;
  }
}

/** Everything comes from here, and nothing that stands in a page is run or styles it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Below this everything is the portal's. */
export const PORTAL = '/portal';

/** What every answer of the portal bears: a page is for one person, and nobody else's frame or cache. */
export function protectPages(portal: FastifyInstance): void {
  portal.addHook('onRequest', async (_request, reply) => {
    void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    void reply.header('cache-control', 'no-store');
    // Without any, browsers would not say where a form comes from.
    void reply.header('referrer-policy', 'same-origin');
  });
}

/** Takes forms from pages of `url`, the portal's own address, alone. Browsers say where one comes from (ASVS 5.0, 3.5.1). */
export function refuseForeignForms(portal: FastifyInstance, url: string): void {
  portal.addHook('onRequest', async ({ method, headers }) => {
    if (method === 'GET' || method === 'HEAD') return;
    const site = headers['sec-fetch-site'];
    if (site === undefined ? headers.origin === url : site === 'same-origin') return;
    throw new ApiProblem('forbidden', `this form was not sent by a page of ${url}${PORTAL}`);
  });
}

/** Lets only those who are signed in reach the pages of `portal`; everybody else is asked to, and comes back. */
export function requirePerson(portal: FastifyInstance, sessions: Sessions): void {
  portal.addHook('onRequest', async (request, reply) => {
    const person = await personIn(request, sessions);
    if (person) request.person = person;
    else return askToSignIn(request, reply);
  });
}

/** Sends the browser to the sign-in, which brings it back to this page; after a form, to the page the form is on. */
export function askToSignIn({ method, url, headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const to = method === 'GET' || method === 'HEAD' ? url : pathOf(headers.referer);
  return reply.redirect(`${PORTAL}/sign-in?to=${encodeURIComponent(pageToReturnTo(to))}`, 303);
}

function pathOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return pathname + search;
}

/** The session in a request's cookie, ended or not. */
export const sessionIn = (
  { cookies: sent }: FastifyRequest,
  cookies: Cookies,
): Promise<Opened<'session'> | undefined> => cookies.open('session', sent[cookies.nameOf('session')]);

/** Who is signed in, if anybody is. @throws ApiProblem 503 when the issuer's keys cannot be had; whatever MongoDB throws */
async function personIn(
  request: FastifyRequest,
  { cookies, tokens, endedSessions }: Sessions,
): Promise<Person | undefined> {
  const session = await sessionIn(request, cookies);
  if (!session) return undefined;
  try {
    const principal = await principalOfToken(session.token, tokens);
    return (await endedSessions.has(session.jti)) ? undefined : { ...principal, token: session.token };
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'unauthenticated') return undefined;
    throw error;
  }
}

/** A page of the portal to go on to, whatever a link says. */
export const pageToReturnTo = (to = PORTAL): string =>
  /^(?!.*\.\.)\/portal(\/(?!sign-)[\w./:~%-]*)?(\?[^#\\]*)?$/.test(to) ? to : PORTAL;
