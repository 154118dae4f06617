import type { Role } from '../../contracts/names';

/** Somebody who may sign in at the dev issuer. */
export interface Person {
  subject: string;
  role: Role;
  partnerId?: string;
}

/** The people of the sample partners, and those who look after all of them. */
export const PEOPLE: readonly Person[] = [
  { subject: 'olivia.operator', role: 'operator' },
  { subject: 'samir.support', role: 'support' },
  { subject: 'gunnar.admin', role: 'globalAdmin', partnerId: 'contoso-services' },
  { subject: 'mira.holm', role: 'partnerAdmin', partnerId: 'contoso-services' },
  { subject: 'eva.lind', role: 'consultant', partnerId: 'contoso-services' },
  { subject: 'greta.admin', role: 'globalAdmin', partnerId: 'northwind-consulting' },
  { subject: 'paul.brandt', role: 'partnerAdmin', partnerId: 'northwind-consulting' },
  { subject: 'jonas.weber', role: 'consultant', partnerId: 'northwind-consulting' },
];
