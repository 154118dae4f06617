import { z } from 'zod';
import { ConfigError } from './read';

/** The programme as this deployment runs it; worker and API must be given the same. */
export const programmeVariables = {
  /** Edition of the rules that partners and new engagements follow. */
  RULEBOOK: z.string().default('2020-06'),
  PROGRAMME_UTC_OFFSET: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, 'an offset from UTC such as +01:00')
    .default('+00:00'),
};

/** An edition that is not on disk stops the process at once. @throws ConfigError */
export function requireEdition(edition: string, editions: readonly string[]): void {
  if (!editions.includes(edition)) throw new ConfigError(`RULEBOOK: one of ${editions.join(', ')}`);
}
