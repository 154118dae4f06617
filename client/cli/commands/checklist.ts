import type { Command } from 'commander';
import type { ChecklistItem } from '../../../contracts/partner';
import { words } from '../../../domain/wording';
import { examples, readId, type Cli } from '../cli';
import { facts, plain } from '../../wording/text';

interface ChecklistOptions {
  json?: true;
  offering?: string;
  engagementType?: string;
}

/** `checklist`: the check marks of a partner, as the programme shows them. */
export function addChecklist(program: Command, cli: Cli): void {
  program
    .command('checklist')
    .description('show what the programme asks of a partner: met, or what to do next')
    .argument('<partnerId>', 'the partner', readId)
    .option('--offering <code>', 'of this offering')
    .option('--engagement-type <code>', 'of this engagement type')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      examples(
        'engagements checklist contoso-services --offering DDPS',
        'engagements checklist contoso-services --engagement-type windowsOffice',
        'engagements checklist contoso-services --json | jq \'.items[] | select(.status != "active")\'',
      ),
    )
    .action(async (partnerId: string, { json, offering, engagementType }: ChecklistOptions) => {
      const query = { offering, engagementType };
      const path = `/partners/${partnerId}/checklist`;
      const { body } = await cli.api.call<{ items: ChecklistItem[] }>('GET', path, { query });
      if (json) return cli.print(JSON.stringify(body, null, 2));
      if (body.items.length === 0) return cli.note('Nothing found.');
      cli.print(...linesOf(body.items, cli.strong));
    });
}

/** Offerings, their engagement types, and below each its requirements. */
function linesOf(items: readonly ChecklistItem[], strong: (text: string) => string): string[] {
  const offerings = [...new Set(items.map(({ offering }) => offering))];
  return offerings.flatMap((offering, index) => [
    ...(index === 0 ? [] : ['']),
    strong(plain(offering)),
    ...items.filter((item) => item.offering === offering).flatMap(itemLines),
  ]);
}

const itemLines = ({ engagementType, status, requirements }: ChecklistItem): string[] => [
  `  ${plain(engagementType)}: ${words(status).toLowerCase()}`,
  ...requirements.map((requirement) => `    ${requirement.met ? '✅' : '⬜'} ${plain(requirementText(requirement))}`),
];

function requirementText({ name, met, since, expires, nextStep }: ChecklistItem['requirements'][number]): string {
  const title = words(name);
  if (!met) return nextStep === undefined ? title : `${title}: ${nextStep}`;
  return facts(title, since && `since ${since}`, expires && `until ${expires}`);
}
