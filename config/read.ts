import { isValid, isValidCIDR } from 'ipaddr.js';
import { z } from 'zod';

/** A setting of this process is missing or wrong; the message is one line that names each such variable and its rule, never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads one process's settings from its environment. The keys of `schema` are the variables' names; a variable set to nothing
 * counts as not set.
 * @throws ConfigError
 */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: NodeJS.ProcessEnv = process.env,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const rules = parsed.error.issues.map(({ path, message }) => {
    const variable = path.join('.');
    return `${variable}: ${given[variable] === undefined ? 'must be set' : message}`;
  });
  throw new ConfigError([...new Set(rules)].join('; '));
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const durationPattern = /^(\d+(?:\.\d+)?) ?(ms|s|m|min|h|d)$/;

/** A duration such as `250ms`, `2s`, `15 min` or `1h`, read into milliseconds. */
export const durationSchema = z
  .string()
  .regex(durationPattern, 'a duration such as 250ms, 2s, 15min, 1h or 90d')
  .transform((text) => {
    const [, amount, unit] = durationPattern.exec(text) as unknown as [string, string, keyof typeof unitMs];
    return Math.round(Number(amount) * unitMs[unit]);
  });

const ratePattern = /^([1-9]\d{0,8})\/(\d{1,4})?s$/;

/** A rate such as `100/s` or `1000/10s`: so many requests in so many seconds, all at once if need be. */
export const rateSchema = z
  .string()
  .regex(ratePattern, 'a rate such as 100/s or 1000/10s')
  .transform((text) => {
    const [, requests, seconds = '1'] = ratePattern.exec(text) as unknown as [string, string, string?];
    return { requests: Number(requests), windowMs: Number(seconds) * 1_000 };
  })
  .refine(({ windowMs }) => windowMs > 0, 'a rate such as 100/s or 1000/10s');

/** Addresses and networks, separated by commas. */
export const networksSchema = z
  .string()
  .transform((text) => text.split(',').map((network) => network.trim()))
  .refine(
    (networks) => networks.every((network) => isValid(network) || isValidCIDR(network)),
    'addresses or networks such as 10.0.0.0/8, separated by commas',
  );

/** A TCP port; 0 lets the system choose one. */
export const portSchema = z
  .string()
  .regex(/^\d{1,5}$/, 'a port number from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= 65_535, 'a port number from 0 to 65535');

/** A whole number within bounds, both included. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((given) => given >= least && given <= most, `a whole number from ${least} to ${most}`);

/** MongoDB with the name of the database. */
export const mongodbUriSchema = z.string().regex(/^mongodb(\+srv)?:\/\/\S+$/, 'a mongodb:// or mongodb+srv:// address');

/** The address of an HTTP server, kept as it was written: an OIDC issuer is compared letter by letter. */
export const urlSchema = z.url({ protocol: /^https?$/, error: 'an http or https address' });
