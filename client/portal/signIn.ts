import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import type { PortalConfig } from '../../config/portal';
import { principalOfToken } from '../api/access/tokens';
import { ApiProblem } from '../api/problems/problems';
import type { Kept } from './cookies';
import { pageToReturnTo, PORTAL, sessionIn, type Sessions } from './guard';
import { sendPage } from './pages/layout';
import { notSignedInPage, signedOutPage, signInPage } from './pages/signIn';

/** For the way to the issuer and back, a second factor included. */
const ON_THE_WAY_S = 15 * 60;
/** Of a session whose token does not say. */
const HOUR_S = 60 * 60;
/** RFC 6265bis, 5.7: browsers keep no more bytes of a name with its value. */
const LONGEST_COOKIE = 4_096;

interface SigningIn {
  settings: PortalConfig;
  sessions: Sessions;
}

/** Signing in with the issuer of the API's tokens: OpenID Connect, authorization code with PKCE; and out. */
export async function signInRoutes(portal: FastifyInstance, { settings, sessions }: SigningIn): Promise<void> {
  const { cookies, tokens, endedSessions } = sessions;
  const redirectUri = `${settings.url}${PORTAL}/callback`;
  let known: Promise<Configuration> | undefined;

  /** The issuer may come later than this process. @throws ApiProblem 503 */
  async function issuer(): Promise<Configuration> {
    known ??= discover(settings, tokens.issuer);
    try {
      return await known;
    } catch (cause) {
      known = undefined;
      throw new ApiProblem(
        'unavailable',
        'the service you sign in with cannot be reached at the moment',
        {},
        { cause },
      );
    }
  }

  async function keep<Kind extends keyof Kept>(reply: FastifyReply, kind: Kind, content: Kept[Kind], seconds: number) {
    const name = cookies.nameOf(kind);
    const value = await cookies.seal(kind, content, seconds);
    if (name.length + value.length > LONGEST_COOKIE)
      throw new Error(`the issuer's access token is too long for a cookie: ${name.length + value.length} bytes`);
    void reply.setCookie(name, value, { ...cookies.options, maxAge: seconds });
  }
  const forget = (reply: FastifyReply, kind: keyof Kept) =>
    void reply.clearCookie(cookies.nameOf(kind), cookies.options);

  portal.get<{ Querystring: { to?: string } }>('/sign-in', async ({ query }, reply) =>
    sendPage(reply, signInPage(pageToReturnTo(query.to))),
  );

  portal.get<{ Querystring: { to?: string } }>('/sign-in/issuer', async ({ query }, reply) => {
    const onTheWay = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      to: pageToReturnTo(query.to),
    };
    const authorization = buildAuthorizationUrl(await issuer(), {
      redirect_uri: redirectUri,
      scope: settings.scope,
      state: onTheWay.state,
      nonce: onTheWay.nonce,
      code_challenge: await calculatePKCECodeChallenge(onTheWay.verifier),
      code_challenge_method: 'S256',
    });
    await keep(reply, 'signIn', onTheWay, ON_THE_WAY_S);
    return reply.redirect(authorization.href, 303);
  });

  portal.get('/callback', async (request, reply) => {
    const onTheWay = await cookies.open('signIn', request.cookies[cookies.nameOf('signIn')]);
    forget(reply, 'signIn');
    if (!onTheWay)
      return sendPage(reply.code(400), notSignedInPage(settings.url, 'It took too long, or began elsewhere.'));
    const config = await issuer();
    let session: { token: string; seconds: number };
    try {
      const granted = await authorizationCodeGrant(config, new URL(request.url, settings.url), {
        pkceCodeVerifier: onTheWay.verifier,
        expectedState: onTheWay.state,
        expectedNonce: onTheWay.nonce,
        idTokenExpected: true,
      });
      await principalOfToken(granted.access_token, tokens);
      session = { token: granted.access_token, seconds: granted.expiresIn() ?? HOUR_S };
    } catch (err) {
      if (err instanceof ApiProblem && err.code === 'unavailable') throw err;
      request.log.warn({ err }, 'a sign-in failed');
      return sendPage(
        reply.code(400),
        notSignedInPage(settings.url, 'The service you sign in with did not confirm it.'),
      );
    }
    await keep(reply, 'session', { token: session.token }, session.seconds);
    return reply.redirect(onTheWay.to, 303);
  });

  portal.post('/sign-out', async (request, reply) => {
    const session = await sessionIn(request, cookies);
    // While that cannot be recorded the cookie stays, to try again: a copy of it would still be good.
    if (session) await endedSessions.end(session.jti, new Date(session.exp * 1_000));
    forget(reply, 'session');
    return sendPage(reply, signedOutPage());
  });
}

const discover = ({ clientId, clientSecret }: PortalConfig, issuer: string): Promise<Configuration> =>
  discovery(
    new URL(issuer),
    clientId,
    undefined,
    clientSecret === undefined ? None() : ClientSecretPost(clientSecret),
    // Which issuers may be asked without TLS is decided where the settings are read.
    { execute: issuer.startsWith('http:') ? [allowInsecureRequests] : [] },
  );
