import { z } from 'zod';
import { durationSchema, mongodbUriSchema, portSchema, urlSchema } from './read';

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
    RATES_FILE: z.string().min(1).optional(),
    ADMIN_PORT: portSchema.default(4001),
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
