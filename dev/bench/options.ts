import { Command, InvalidArgumentError } from 'commander';

export interface BenchOptions {
  engagements: number;
  concurrency: number;
  /** What the engagements are about follows from it: the same seed is the same load. */
  seed: number;
  /** Drives all engagements to paid too, instead of a few. */
  paid: boolean;
}

/** Reads what `npm run bench --` was given; `--help` and a wrong value end the process with a line that says why. */
export function readOptions(args: readonly string[]): BenchOptions {
  return new Command('npm run bench --')
    .description('Measures the whole stack on this machine, beside a bare Temporal workflow on the same servers.')
    .option('--engagements <count>', 'engagements per phase, 1 to 5000', count(1, 5_000), 200)
    .option('--concurrency <count>', 'engagements at once, 1 to 200', count(1, 200), 20)
    .option('--seed <number>', 'what the engagements are about', count(0, 2 ** 31), 1)
    .option('--paid', 'drive all of them to paid too, instead of a few', false)
    .parse(args, { from: 'user' })
    .opts<BenchOptions>();
}

function count(least: number, most: number) {
  return (given: string): number => {
    const value = Number(given);
    if (given.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}
