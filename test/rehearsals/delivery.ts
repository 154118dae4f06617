import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../client/cliSupport';
import { Case, CONSULTANT } from '../support/case';
import type { House } from '../support/house';
import type { Made, Rehearsal } from './rehearsal';
import { envOf, refusedAs } from './support';

async function reserved(house: House, engagementId: string): Promise<Case> {
  const engagement = await Case.start(house, { engagementId });
  await engagement.assign();
  await engagement.reserve();
  return engagement;
}

/** What a consultant writes into the report. */
const reportOf = ({ today }: Case): Made['placeholders'] => ({
  startedOn: today,
  completedOn: today,
  deliveredOn: today,
  summary: 'Windows rollout planned',
});

/** Exceptions from the delivery to the redemption. */
export const DELIVERY: readonly Rehearsal[] = [
  {
    exception: 'E14',
    async make(house, { folder }) {
      const about = await reserved(house, 'fabrikam-e14');
      const { submitCompletionReport } = about.payloads();
      await refusedAs(
        'deliverable-missing',
        about.send('submitCompletionReport', submitCompletionReport, { actor: CONSULTANT }),
      );
      const file = path.join(folder, 'plan.pdf');
      await writeFile(file, 'the plan');
      return {
        about,
        placeholders: { ...reportOf(about), file },
        movedOn: { stage: 'completionReported', awaits: 'redeemVoucher', tasks: [] },
      };
    },
  },
  {
    exception: 'E15',
    async make(house, { api }) {
      const about = await reserved(house, 'fabrikam-e15');
      const { engagementId } = about;
      await about.upload();
      const redeem = ['send', 'redeemVoucher', engagementId, '--set', 'confirmed=true'];
      expect((await run(redeem, await envOf(api, about, 'partnerAdmin'))).stderr).toContain('before redemption');
      const { stdout } = await run(['audit', 'list', '--about', engagementId], await envOf(api, about));
      expect(stdout).toMatch(/redeemVoucher +fabrikam-e15 +409 report-missing/);
      return {
        about,
        placeholders: { ...reportOf(about), redeemedOn: about.today },
        movedOn: { stage: 'paymentRequested', awaits: 'recordPaymentStatus', tasks: [] },
      };
    },
  },
];
