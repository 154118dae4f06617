import { SignJWT, type JWTPayload } from 'jose';
import { ALGORITHM, type SigningKey } from './keys';

/** What a token says besides who made it and when. */
export interface TokenTerms {
  subject: string;
  audience: string;
  /** Seconds; negative for a token that has expired. */
  expiresIn: number;
}

export type Sign = ReturnType<typeof createSigner>;

/** Signs tokens in the name of `issuer`. */
export const createSigner =
  ({ privateKey, publicJwk }: SigningKey, issuer: string) =>
  (claims: JWTPayload, { subject, audience, expiresIn }: TokenTerms): Promise<string> => {
    const nowS = Math.floor(Date.now() / 1_000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid: publicJwk.kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(nowS)
      .setNotBefore(nowS)
      .setExpirationTime(nowS + expiresIn)
      .sign(privateKey);
  };
