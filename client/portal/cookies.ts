import { randomUUID } from 'node:crypto';
import type { CookieSerializeOptions } from '@fastify/cookie';
import { EncryptJWT, jwtDecrypt } from 'jose';

const ENCRYPTION = 'A256GCM';

/** What the portal keeps with the browser: who is signed in, and who is on the way to it. */
export interface Kept {
  session: { token: string };
  signIn: { state: string; nonce: string; verifier: string; to: string };
}

/** What was in a cookie, with an id of its own, and until when it holds: seconds since 1970. */
export type Opened<Kind extends keyof Kept> = Kept[Kind] & { jti: string; exp: number };

export type Cookies = ReturnType<typeof createCookies>;

/**
 * Cookies that only this service can read and write. They are sent to this host alone, on no request that another site begins but a
 * visit, and over TLS wherever `url`, the portal's own address, is https.
 */
export function createCookies(key: Uint8Array, url: string) {
  const secure = url.startsWith('https:');
  const options: CookieSerializeOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure };
  return {
    options,

    /** RFC 6265bis, 4.1.3.2: a browser holds a name with this prefix to the options above. */
    nameOf: (kind: keyof Kept): string => (secure ? `__Host-portal-${kind}` : `portal-${kind}`),

    /** The value of a cookie that holds for `seconds`. */
    seal: <Kind extends keyof Kept>(kind: Kind, content: Kept[Kind], seconds: number): Promise<string> =>
      new EncryptJWT({ ...content })
        .setProtectedHeader({ alg: 'dir', enc: ENCRYPTION })
        .setAudience(kind)
        .setJti(randomUUID())
        .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
        .encrypt(key),

    /** What is in a cookie; undefined when it is not of ours, of another kind, or over. */
    async open<Kind extends keyof Kept>(kind: Kind, value: string | undefined): Promise<Opened<Kind> | undefined> {
      if (value === undefined) return undefined;
      try {
        const { payload } = await jwtDecrypt<Opened<Kind>>(value, key, {
          audience: kind,
          requiredClaims: ['jti'],
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: [ENCRYPTION],
        });
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}
