import { z } from 'zod';
import { programmeVariables } from './programme';
import { durationSchema, mongodbUriSchema, portSchema, readConfig, urlSchema } from './read';
import { readTemporalConfig } from './temporal';

const apiSchema = z
  .object({
    API_HOST: z.string().default('127.0.0.1'),
    API_PORT: portSchema.default(4000),
    API_VERDICT_TIMEOUT: durationSchema.default(4_000),
    ADMIN_PORT: portSchema.default(4002),
    MONGODB_URI: mongodbUriSchema,
    OIDC_ISSUER: urlSchema,
    OIDC_AUDIENCE: z.string().default('planning-services'),
    OIDC_JWKS_URI: urlSchema,
    ...programmeVariables,
  })
  .transform((env) => ({
    host: env.API_HOST,
    port: env.API_PORT,
    adminPort: env.ADMIN_PORT,
    /** How long a caller waits for the engagement's verdict before it becomes a 202, in milliseconds. */
    verdictTimeoutMs: env.API_VERDICT_TIMEOUT,
    mongodbUri: env.MONGODB_URI,
    oidc: { issuer: env.OIDC_ISSUER, audience: env.OIDC_AUDIENCE, jwksUri: env.OIDC_JWKS_URI },
    /** Edition of the rules that new engagements follow. */
    edition: env.RULEBOOK,
    utcOffset: env.PROGRAMME_UTC_OFFSET,
  }));

/** Settings of the thin API. @throws ConfigError */
export const readApiConfig = (env: NodeJS.ProcessEnv = process.env) => ({
  ...readConfig(apiSchema, env),
  temporal: readTemporalConfig(env),
});
export type ApiConfig = ReturnType<typeof readApiConfig>;
