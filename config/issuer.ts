import { z } from 'zod';
import { portSchema, readConfig, urlSchema } from './read';

const issuerSchema = z
  .object({
    NODE_ENV: z
      .string()
      .refine((mode) => mode !== 'production', 'must not be production: the dev issuer gives tokens to whoever asks')
      .optional(),
    ISSUER_HOST: z.string().default('127.0.0.1'),
    ISSUER_PORT: portSchema.default(4020),
    ISSUER_KEYS: z.string().default('.data/issuer'),
    OIDC_ISSUER: urlSchema.optional(),
    OIDC_AUDIENCE: z.string().default('planning-services'),
  })
  .transform((env) => ({
    host: env.ISSUER_HOST,
    port: env.ISSUER_PORT,
    keysFolder: env.ISSUER_KEYS,
    /** The name in every token and the address others reach this issuer at. */
    issuer: env.OIDC_ISSUER ?? `http://127.0.0.1:${env.ISSUER_PORT}`,
    audience: env.OIDC_AUDIENCE,
  }));

/** Settings of the dev issuer; it refuses to run in production. @throws ConfigError */
export const readIssuerConfig = (env?: NodeJS.ProcessEnv) => readConfig(issuerSchema, env);
