import { z } from 'zod';
import { durationSchema, portSchema, readConfig } from './read';

/** A timer cannot wait longer than this. */
const longestPaceMs = 2 ** 31 - 1;

const paceRule = 'manual, or a duration such as 2s, 24d at most';

const savbSandboxSchema = z
  .object({
    SAVB_HOST: z.string().default('127.0.0.1'),
    SAVB_PORT: portSchema.default(4010),
    SAVB_TOKEN: z.string().default('dev'),
    SAVB_LEDGER: z.string().default('.data/savb-sandbox/ledger.jsonl'),
    SAVB_SANDBOX_PACE: z
      .union([z.literal('manual'), durationSchema.refine((ms) => ms <= longestPaceMs, paceRule)], {
        error: paceRule,
      })
      .default(2_000),
  })
  .transform((env) => ({
    host: env.SAVB_HOST,
    port: env.SAVB_PORT,
    token: env.SAVB_TOKEN,
    ledgerFile: env.SAVB_LEDGER,
    /** How long a payment request keeps each status, in milliseconds. */
    pace: env.SAVB_SANDBOX_PACE,
  }));

/** Settings of the SAVB sandbox. @throws ConfigError */
export const readSavbSandboxConfig = (env?: NodeJS.ProcessEnv) => readConfig(savbSandboxSchema, env);
