import path from 'node:path';
import { HOST } from './servers/ports';
import type { StackPorts } from './stackPorts';

/** Address of an HTTP server of the stack. */
export const urlOf = (port: number): string => `http://${HOST}:${port}`;

/** The variables that every process of the stack gets; what is set in `env` wins. `home` is the folder for what they keep themselves. */
export function settingsOf(home: string, ports: StackPorts, env: NodeJS.ProcessEnv) {
  const issuer = urlOf(ports.issuer);
  const madeUp = {
    TEMPORAL_ADDRESS: `${HOST}:${ports.temporal}`,
    TEMPORAL_NAMESPACE: 'default',
    MONGODB_URI: `mongodb://${HOST}:${ports.mongo}/planning_services`,
    SAVB_MODE: 'http',
    SAVB_URL: urlOf(ports.savb),
    SAVB_TOKEN: 'dev',
    SAVB_LEDGER: path.join(home, 'savb', 'ledger.jsonl'),
    SAVB_SANDBOX_PACE: '2s',
    SAVB_POLL_INTERVAL: '1s',
    SAVB_QUARANTINE: '5s',
    SAVB_LONGEST_RETRY: '2s',
    SETTLEMENT: 'perEngagement',
    RULEBOOK: '2020-06',
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: 'planning-services',
    ALLOW_INSECURE_LOCAL: '1',
    WEBHOOKS_ALLOW_LOCAL: '1',
    OIDC_JWKS_URI: `${issuer}/jwks.json`,
    PORTAL_URL: urlOf(ports.api),
    PORTAL_CLIENT_ID: 'portal',
    ISSUER_KEYS: path.join(home, 'issuer'),
    CODEC_UI_ORIGINS: `${urlOf(ports.temporalUi)},http://localhost:${ports.temporalUi}`,
    CODEC_TOKEN_IN_PATH: '1',
    // As in the image: without bounds V8 lets garbage lie, and a worker takes half a gigabyte.
    NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=8',
  };
  const fixed = {
    SAVB_PORT: String(ports.savb),
    ISSUER_PORT: String(ports.issuer),
    API_PORT: String(ports.api),
    CODEC_PORT: String(ports.codec),
  };
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  return { ...madeUp, ...given, ...fixed };
}
