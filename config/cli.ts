import { z } from 'zod';
import { readConfig, urlSchema } from './read';
import { httpRoute, transportVariables } from './transport';

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** Tokens do not travel in the open; to this machine they need not travel. */
const safeUrlSchema = urlSchema.pipe(
  z.string().refine((url) => {
    const { isVerified, isLocal } = httpRoute(url);
    return isVerified || isLocal;
  }, 'must be https, or http on this machine'),
);

const cliSchema = z
  .object({
    API_URL: safeUrlSchema.default('http://127.0.0.1:4000').transform(withoutSlash),
    OIDC_ISSUER: safeUrlSchema.default('http://127.0.0.1:4020').transform(withoutSlash),
    ENGAGEMENTS_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'a bearer token')
      .optional(),
    ...transportVariables,
  })
  .transform((env) => ({
    apiUrl: env.API_URL,
    issuerUrl: env.OIDC_ISSUER,
    /** Bearer token of the caller; without one, the CLI asks the dev issuer to be an operator. */
    token: env.ENGAGEMENTS_TOKEN,
  }));
export type CliConfig = z.output<typeof cliSchema>;

/** Settings of the command line. @throws ConfigError */
export const readCliConfig = (env?: NodeJS.ProcessEnv): CliConfig => readConfig(cliSchema, env);
