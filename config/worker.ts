import { z } from 'zod';
import { programmeVariables } from './programme';
import { durationSchema, mongodbUriSchema, portSchema, urlSchema } from './read';

/** A mailbox without a name before it; `localhost` will do. */
const mailboxSchema = z
  .string()
  .max(254)
  .regex(/^[^\s@<>()[\]\\,;:"]+@[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$/, 'a mailbox such as operators@contoso.example');

/** Settings of the worker process, beside Temporal's own. Durations are in milliseconds once read. */
export const workerConfigSchema = z
  .object({
    MONGODB_URI: mongodbUriSchema,
    SAVB_MODE: z.enum(['http', 'manual']).default('manual'),
    SAVB_URL: urlSchema.optional(),
    SAVB_TOKEN: z.string().min(1).optional(),
    SAVB_QUARANTINE: durationSchema.default(15 * 60_000),
    SAVB_POLL_INTERVAL: durationSchema.default(60 * 60_000),
    SETTLEMENT: z
      .literal('perEngagement', 'perEngagement: one payment request per engagement')
      .default('perEngagement'),
    ...programmeVariables,
    RATES_FILE: z.string().min(1).optional(),
    ADMIN_PORT: portSchema.default(4001),
    /** The mail server for notices; without one nobody is told anything. */
    SMTP_URL: z.url({ protocol: /^smtps?$/, hostname: /./, error: 'an smtp or smtps address' }).optional(),
    NOTICE_FROM: mailboxSchema.default('planning-services@localhost'),
    NOTICE_OPERATORS: mailboxSchema.optional(),
    /** How long a stopping worker lets activities finish: longer than a call to SAVB may take. */
    SHUTDOWN_GRACE: durationSchema.default(30_000),
    LOG_LEVEL: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  })
  .refine(({ SAVB_MODE, SAVB_URL }) => SAVB_MODE === 'manual' || SAVB_URL !== undefined, {
    message: 'must be set with SAVB_MODE=http',
    path: ['SAVB_URL'],
  })
  .refine(({ SAVB_MODE, SAVB_TOKEN }) => SAVB_MODE === 'manual' || SAVB_TOKEN !== undefined, {
    message: 'must be set with SAVB_MODE=http',
    path: ['SAVB_TOKEN'],
  });
export type WorkerConfig = z.infer<typeof workerConfigSchema>;
