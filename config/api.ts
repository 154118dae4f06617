import { z } from 'zod';
import { readPayloadConfig } from './payloads';
import { portalConfig, portalVariables, refusePartOfPortal } from './portal';
import { programmeVariables } from './programme';
import {
  durationSchema,
  mongodbUriSchema,
  networksSchema,
  portSchema,
  rateSchema,
  readConfig,
  urlSchema,
} from './read';
import { readTemporalConfig } from './temporal';
import { readTraceEndpoint } from './tracing';
import { httpRoute, mongodbRoute, refuseDevIssuer, refuseInsecure, transportVariables } from './transport';
import { refuseLocalWebhooks, webhookVariables } from './webhooks';

const apiSchema = z
  .object({
    API_HOST: z.string().default('127.0.0.1'),
    API_PORT: portSchema.default(4000),
    API_VERDICT_TIMEOUT: durationSchema.default(4_000),
    ADMIN_PORT: portSchema.default(4002),
    RATE_LIMIT: rateSchema.default({ requests: 1_000, windowMs: 10_000 }),
    ADDRESS_RATE_LIMIT: rateSchema.default({ requests: 3_000, windowMs: 10_000 }),
    TRUSTED_PROXIES: networksSchema.default([]),
    MONGODB_URI: mongodbUriSchema,
    OIDC_ISSUER: urlSchema,
    OIDC_AUDIENCE: z.string().default('planning-services'),
    OIDC_JWKS_URI: urlSchema,
    ...programmeVariables,
    ...portalVariables,
    ...webhookVariables,
    ...transportVariables,
  })
  .superRefine(
    refuseInsecure({
      MONGODB_URI: mongodbRoute,
      OIDC_ISSUER: httpRoute,
      OIDC_JWKS_URI: httpRoute,
      PORTAL_URL: httpRoute,
    }),
  )
  .superRefine(refusePartOfPortal)
  .superRefine(refuseDevIssuer)
  .superRefine(refuseLocalWebhooks)
  .transform((env) => ({
    host: env.API_HOST,
    port: env.API_PORT,
    adminPort: env.ADMIN_PORT,
    /** How long a caller waits for the engagement's verdict before it becomes a 202, in milliseconds. */
    verdictTimeoutMs: env.API_VERDICT_TIMEOUT,
    /** Requests of one tenant, and of one address. */
    rateLimit: env.RATE_LIMIT,
    addressRateLimit: env.ADDRESS_RATE_LIMIT,
    /** Proxies in front of this process, whose word counts for the address of a caller. */
    trustedProxies: env.TRUSTED_PROXIES,
    mongodbUri: env.MONGODB_URI,
    allowLocalWebhooks: env.WEBHOOKS_ALLOW_LOCAL === '1',
    portal: portalConfig(env),
    oidc: { issuer: env.OIDC_ISSUER, audience: env.OIDC_AUDIENCE, jwksUri: env.OIDC_JWKS_URI },
    /** Edition of the rules that new engagements follow. */
    edition: env.RULEBOOK,
    utcOffset: env.PROGRAMME_UTC_OFFSET,
  }));

/** Settings of the thin API. @throws ConfigError */
export const readApiConfig = (env: NodeJS.ProcessEnv = process.env) => ({
  ...readConfig(apiSchema, env),
  temporal: readTemporalConfig(env),
  payloads: readPayloadConfig(env),
  /** Where traces go, if there are any. */
  traceEndpoint: readTraceEndpoint(env),
});
export type ApiConfig = ReturnType<typeof readApiConfig>;
