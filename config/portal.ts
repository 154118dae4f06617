import { z } from 'zod';
import { urlSchema } from './read';

const KEY_BYTES = 32;
const NEEDED = ['PORTAL_URL', 'PORTAL_CLIENT_ID', 'PORTAL_SESSION_KEY'] as const;

/** The variables of the web page; without any of them there is none. */
export const portalVariables = {
  /** Where browsers reach the API. */
  PORTAL_URL: urlSchema.transform((url) => new URL(url).origin).optional(),
  PORTAL_CLIENT_ID: z.string().optional(),
  PORTAL_CLIENT_SECRET: z.string().optional(),
  PORTAL_SCOPE: z.string().default('openid'),
  PORTAL_SESSION_KEY: z
    .base64('32 bytes in Base64')
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .refine(({ length }) => length === KEY_BYTES, '32 bytes in Base64')
    .optional(),
};

type PortalVariables = z.output<z.ZodObject<typeof portalVariables>>;

/** A check of the API's settings: the web page has all it needs, or is not wanted. */
export function refusePartOfPortal(env: PortalVariables, context: z.RefinementCtx): void {
  if (NEEDED.every((name) => env[name] === undefined)) return;
  for (const name of NEEDED)
    if (env[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: 'must be set' });
}

export type PortalConfig = NonNullable<ReturnType<typeof portalConfig>>;

/** How people sign in to the web page; undefined when there is none. */
export function portalConfig({
  PORTAL_URL: url,
  PORTAL_CLIENT_ID: clientId,
  PORTAL_CLIENT_SECRET: clientSecret,
  PORTAL_SCOPE: scope,
  PORTAL_SESSION_KEY: sessionKey,
}: PortalVariables) {
  if (url === undefined || clientId === undefined || sessionKey === undefined) return undefined;
  return { url, clientId, clientSecret, scope, sessionKey };
}
