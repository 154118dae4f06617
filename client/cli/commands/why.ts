import type { Command } from 'commander';
import type { BatchView } from '../../../contracts/batch';
import type { EngagementView } from '../../../contracts/engagement';
import type { ChecklistItem, PartnerView } from '../../../contracts/partner';
import { whyBatch } from '../../../domain/why/batch';
import { whyEngagement } from '../../../domain/why/engagement';
import { whyPartner } from '../../../domain/why/partner';
import type { TimelineEvent } from '../../../domain/why/refused';
import type { Why } from '../../../domain/why/why';
import { examples, readId, type Cli } from '../cli';
import { whyLines } from '../why';

/** Whatever has a reason to be where it is, and how it is asked. */
interface Asked {
  noun: string;
  exampleId: string;
  why: (cli: Cli, id: string) => Promise<Why>;
}

const eventsOf = async (api: Cli['api'], path: string) =>
  (await api.call<{ items: TimelineEvent[] }>('GET', `${path}/timeline`)).body.items;

const ENGAGEMENT: Asked = {
  noun: 'engagement',
  exampleId: 'E-1001',
  async why({ api }, id) {
    const { body: view } = await api.call<EngagementView>('GET', `/engagements/${id}`);
    return whyEngagement(view, await eventsOf(api, `/engagements/${id}`));
  },
};

export const WHY_PARTNER: Asked = {
  noun: 'partner',
  exampleId: 'contoso-services',
  async why({ api }, id) {
    const { body: view } = await api.call<PartnerView>('GET', `/partners/${id}`);
    const { body } = await api.call<{ items: ChecklistItem[] }>('GET', `/partners/${id}/checklist`);
    return whyPartner(view, body.items, await eventsOf(api, `/partners/${id}`));
  },
};

export const WHY_BATCH: Asked = {
  noun: 'batch',
  exampleId: 'DDPS-SE-0b5d2c9f1e-3',
  async why({ api }, id) {
    const { body: view } = await api.call<BatchView>('GET', `/batches/${id}`);
    return whyBatch(view, await eventsOf(api, `/batches/${id}`));
  },
};

/** `why`: in sentences, why it is where it is, what would move it, and the command for each way on. */
export function addWhy(parent: Command, cli: Cli, { noun, exampleId, why }: Asked = ENGAGEMENT): void {
  const command = `${parent.name() === 'engagements' ? '' : 'engagements '}${parent.name()} why ${exampleId}`;
  parent
    .command('why')
    .description(`explain why ${noun === 'engagement' ? 'an' : 'a'} ${noun} is where it is, and what would move it`)
    .argument(`<${noun}Id>`, `the ${noun}`, readId)
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples(command, `${command} --json | jq -r .waitsFor`))
    .action(async (id: string, { json }: { json?: true }) => {
      const told = await why(cli, id);
      cli.print(...(json ? [JSON.stringify(told, null, 2)] : whyLines(`${noun} ${id}`, told, cli.strong)));
    });
}
