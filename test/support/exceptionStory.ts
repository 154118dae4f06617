import type { EngagementInput } from '../../contracts/engagement';
import type { Actor, Payloads } from '../../contracts/messages';
import type { Task } from '../../contracts/tasks';
import { Case } from './case';
import type { House } from './house';
import { PartnerCase } from './partnerCase';

/** The task of a kind, as soon as it is open. */
export async function taskOf(engagement: Case, kind: string): Promise<Task> {
  const named = (task: Task) => task.kind === kind;
  const { tasks } = await engagement.until((view) => view.tasks.some(named));
  return tasks.find(named)!;
}

export const resolve = (engagement: Case, { taskId }: Task, resolution?: string, actor?: Actor) =>
  engagement.send('resolveTask', { taskId, resolution }, { actor });

/** SAVB has the request, once, and nobody has anything left to do. */
export async function expectSubmitted(engagement: Case): Promise<void> {
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  expect((await engagement.view()).tasks).toStrictEqual([]);
  expect(await engagement.booked()).toHaveLength(1);
}

/** The voucher the engagement began with may go to another one. */
export async function expectVoucherFree(house: House, engagement: Case): Promise<void> {
  const other = await Case.start(house);
  await other.send('assignVoucher', engagement.payloads().assignVoucher);
  expect((await other.view()).stage).toBe('voucherAssigned');
}

/** A partner of its own, enrolled in DDPS and with a location in Sweden, and what its people say to its engagements. */
export async function enrolledPartner(house: House, named?: string) {
  const partner = new PartnerCase(house, await house.today(), named);
  const { partnerId } = partner;
  const locationId = `se-${partnerId}`;
  const admin: Actor = { subject: 'pia', role: 'partnerAdmin', partnerId };
  const consultant: Actor = { subject: 'eva.lind', role: 'consultant', partnerId };
  await partner.enroll({ locationId });
  return {
    partner,
    locationId,
    admin,
    /** An engagement of this partner whose voucher is assigned. */
    assigned: async (changes: Partial<EngagementInput> = {}): Promise<Case> => {
      const engagement = await Case.start(house, { partnerId, ...changes });
      await engagement.assign();
      return engagement;
    },
    reserve: (engagement: Case, changes: Partial<Payloads['reserveVoucher']> = {}) =>
      engagement.send(
        'reserveVoucher',
        { ...engagement.payloads().reserveVoucher, locationId, ...changes },
        { actor: admin },
      ),
    report: async (engagement: Case, changes: Partial<Payloads['submitCompletionReport']> = {}): Promise<void> => {
      await engagement.upload();
      const report = { ...engagement.payloads().submitCompletionReport, ...changes };
      await engagement.send('submitCompletionReport', report, { actor: consultant });
    },
    redeem: (engagement: Case) => engagement.send('redeemVoucher', { confirmed: true }, { actor: admin }),
  };
}
