import { z } from 'zod';
import { programmeVariables } from './programme';
import { durationSchema, mongodbUriSchema, portSchema, urlSchema, wholeNumber } from './read';
import { httpRoute, mongodbRoute, refuseInsecure, smtpRoute, transportVariables } from './transport';
import { refuseLocalWebhooks, webhookVariables } from './webhooks';

/** A mailbox without a name before it; `localhost` will do. */
const mailboxSchema = z
  .string()
  .max(254)
  .regex(/^[^\s@<>()[\]\\,;:"]+@[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$/, 'a mailbox such as operators@contoso.example');

/** Of one payment request. */
const MOST_VOUCHERS = 500;

/** Settings of the worker process, beside Temporal's own. Durations are in milliseconds once read. */
export const workerConfigSchema = z
  .object({
    MONGODB_URI: mongodbUriSchema,
    SAVB_MODE: z.enum(['http', 'manual']).default('manual'),
    SAVB_URL: urlSchema.optional(),
    SAVB_TOKEN: z.string().min(1).optional(),
    SAVB_QUARANTINE: durationSchema.default(15 * 60_000),
    SAVB_POLL_INTERVAL: durationSchema.default(60 * 60_000),
    /** What the growing delays between tries grow to while SAVB does not answer; 12 minutes make ten tries an hour at most. */
    SAVB_LONGEST_RETRY: durationSchema.default(12 * 60_000),
    SETTLEMENT: z.enum(['perEngagement', 'batched']).default('perEngagement'),
    /** With `batched`: the day of the month on which a batch goes out, at its start. Every month has a 28th. */
    BATCH_DAY: wholeNumber(1, 28).default(15),
    /** With `batched`: so many vouchers, and the batch goes out. */
    BATCH_SIZE: wholeNumber(1, MOST_VOUCHERS).default(50),
    /** With `batched`: the batch goes out at the latest so many days before a payment window of its vouchers ends. */
    BATCH_DAYS_BEFORE_DUE: wholeNumber(1, 59).default(7),
    ...programmeVariables,
    /** When SAVB's books and ours are compared every day, in the programme's offset from UTC. */
    RECONCILE_AT: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 03:00')
      .default('03:00'),
    RATES_FILE: z.string().min(1).optional(),
    ADMIN_PORT: portSchema.default(4001),
    /** The mail server for notices; without one nobody is told anything. */
    SMTP_URL: z.url({ protocol: /^smtps?$/, hostname: /./, error: 'an smtp or smtps address' }).optional(),
    NOTICE_FROM: mailboxSchema.default('planning-services@localhost'),
    NOTICE_OPERATORS: mailboxSchema.optional(),
    /** Of who sees to it that tasks are done; told of those that are overdue. */
    NOTICE_ESCALATION: mailboxSchema.optional(),
    /** How long a stopping worker lets activities finish: longer than a call to SAVB may take. */
    SHUTDOWN_GRACE: durationSchema.default(75_000),
    LOG_LEVEL: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    ...webhookVariables,
    ...transportVariables,
  })
  .superRefine(refuseInsecure({ MONGODB_URI: mongodbRoute, SAVB_URL: httpRoute, SMTP_URL: smtpRoute }))
  .superRefine(refuseLocalWebhooks)
  .refine(({ SAVB_MODE, SAVB_URL }) => SAVB_MODE === 'manual' || SAVB_URL !== undefined, {
    message: 'must be set with SAVB_MODE=http',
    path: ['SAVB_URL'],
  })
  .refine(({ SAVB_MODE, SAVB_TOKEN }) => SAVB_MODE === 'manual' || SAVB_TOKEN !== undefined, {
    message: 'must be set with SAVB_MODE=http',
    path: ['SAVB_TOKEN'],
  });
export type WorkerConfig = z.infer<typeof workerConfigSchema>;
