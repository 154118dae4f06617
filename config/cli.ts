import { z } from 'zod';
import { readConfig, urlSchema } from './read';

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

const cliSchema = z
  .object({
    API_URL: urlSchema.default('http://127.0.0.1:4000').transform(withoutSlash),
    OIDC_ISSUER: urlSchema.default('http://127.0.0.1:4020').transform(withoutSlash),
    ENGAGEMENTS_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'a bearer token')
      .optional(),
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
