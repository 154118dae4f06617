import { Command, InvalidArgumentError, Option } from 'commander';

export interface StormOptions {
  engagements: number;
  /** Load, strikes and SAVB's weather follow from it. */
  seed: number;
  /** Whether SAVB takes a reference once by itself. */
  savbDeduplicates: boolean;
}

/** Reads what `npm run chaos --` was given; `--help` and a wrong value end the process with a line that says why. */
export function readStormOptions(args: readonly string[]): StormOptions {
  const given = new Command('npm run chaos --')
    .description(
      'Kills, pauses and misleads a whole running system, and checks that no invoice and no message suffered.',
    )
    .option('--engagements <count>', 'how many, 2 to 5000', count(2, 5_000), 200)
    .option('--seed <number>', 'what is sent and what is struck when', count(0, 2 ** 31 - 1), 1)
    .addOption(
      new Option('--savb-deduplicates <answer>', 'whether SAVB takes a reference once by itself')
        .choices(['yes', 'no'])
        .default('yes'),
    )
    .parse(args, { from: 'user' })
    .opts<Omit<StormOptions, 'savbDeduplicates'> & { savbDeduplicates: 'yes' | 'no' }>();
  return { ...given, savbDeduplicates: given.savbDeduplicates === 'yes' };
}

function count(least: number, most: number) {
  return (given: string): number => {
    const value = Number(given);
    if (given.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}
