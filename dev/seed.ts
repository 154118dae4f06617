import { dayOf } from '../domain/days';
import { onboard } from './onboarding';
import { peopleOf } from './people';
import { samplePartners } from './sample/partners';

/** Brings the two sample partners through steps 1 to 3 by calls to the API, unless they are there. */
export async function seed({ apiUrl, issuerUrl }: { apiUrl: string; issuerUrl: string }): Promise<void> {
  const today = dayOf(new Date().toISOString(), '+00:00');
  for (const partner of samplePartners(today)) {
    const { partnerId } = partner;
    await onboard(await peopleOf({ apiUrl, issuerUrl, partnerId }), partner, today);
  }
}
