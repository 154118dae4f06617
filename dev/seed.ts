import { dayOf } from '../domain/days';
import { openRecords } from '../records/connect';
import { samplePartners } from './sample/partners';

/** Puts the two sample partners on record, unless they are. `mongoUri` names the database. */
export async function seed(mongoUri: string): Promise<void> {
  const records = await openRecords({ uri: mongoUri, timeoutMs: 10_000 });
  try {
    await records.migrate();
    for (const partner of samplePartners(dayOf(new Date().toISOString(), '+00:00')))
      if (!(await records.partners.facts(partner.partnerId))) await records.partners.put(partner);
  } finally {
    await records.close();
  }
}
