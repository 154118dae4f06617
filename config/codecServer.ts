import { z } from 'zod';
import { readPayloadConfig } from './payloads';
import { ConfigError, portSchema, readConfig, urlSchema } from './read';
import { httpRoute, isLoopback, isSecure, refuseDevIssuer, refuseInsecure, transportVariables } from './transport';

const originsRule = 'origins such as https://temporal.contoso.example, separated by commas';

const originsSchema = z
  .string()
  .transform((text) => text.split(','))
  .refine(
    (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    originsRule,
  );

const codecServerSchema = z
  .object({
    CODEC_HOST: z.string().default('127.0.0.1'),
    /** `1`: there is TLS in front of this process, so that it may listen to other machines. */
    CODEC_TLS_IN_FRONT: z.enum(['0', '1'], { error: '1 or 0' }).default('0'),
    CODEC_PORT: portSchema.default(4030),
    /** Where the Temporal UI is: the only pages that may ask from a browser. */
    CODEC_UI_ORIGINS: originsSchema,
    /** `1`: tokens may stand in the path, for a UI nobody logs in to. On this machine alone. */
    CODEC_TOKEN_IN_PATH: z.enum(['0', '1'], { error: '1 or 0' }).default('0'),
    OIDC_ISSUER: urlSchema,
    OIDC_AUDIENCE: z.string().default('planning-services'),
    OIDC_JWKS_URI: urlSchema,
    ...transportVariables,
  })
  .superRefine(refuseInsecure({ OIDC_ISSUER: httpRoute, OIDC_JWKS_URI: httpRoute }))
  .superRefine(refuseDevIssuer)
  .superRefine((env, context) => {
    if (context.issues.length > 0) return;
    const refuse = (variable: keyof typeof env, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    if (!isLoopback(env.CODEC_HOST) && env.CODEC_TLS_IN_FRONT !== '1')
      refuse('CODEC_HOST', 'must be this machine, or have TLS in front of it and CODEC_TLS_IN_FRONT=1');
    if (!env.CODEC_UI_ORIGINS.every((origin) => isSecure(httpRoute(origin), env)))
      refuse('CODEC_UI_ORIGINS', 'must be https, or on this machine with ALLOW_INSECURE_LOCAL=1');
    if (env.CODEC_TOKEN_IN_PATH === '1' && !isSecure({ isVerified: false, isLocal: isLoopback(env.CODEC_HOST) }, env))
      refuse('CODEC_TOKEN_IN_PATH', 'only on this machine with ALLOW_INSECURE_LOCAL=1');
  })
  .transform((env) => ({
    host: env.CODEC_HOST,
    port: env.CODEC_PORT,
    uiOrigins: env.CODEC_UI_ORIGINS,
    isTokenInPath: env.CODEC_TOKEN_IN_PATH === '1',
    oidc: { issuer: env.OIDC_ISSUER, audience: env.OIDC_AUDIENCE, jwksUri: env.OIDC_JWKS_URI },
  }));

/** Settings of the codec server. @throws ConfigError */
export function readCodecServerConfig(env: NodeJS.ProcessEnv = process.env) {
  const config = readConfig(codecServerSchema, env);
  const payloads = readPayloadConfig(env);
  if (!payloads) throw new ConfigError('PAYLOAD_KEYS: must be set, or PAYLOAD_KEYS_FILE');
  return { ...config, keys: payloads.keys };
}
