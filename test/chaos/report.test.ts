import { soundEvidence } from './evidence';
import { checkAll } from './storm/checks';
import type { Evidence } from './storm/evidence';
import type { Part } from './storm/keepUp';
import { readStormOptions } from './storm/options';
import { commandOf, reportOf, violationsOf } from './storm/report';
import { PARTS } from './storm/schedule';
import type { StormResult } from './storm/storm';

const options = { engagements: 2, seed: 7, savbDeduplicates: false };

function resultOf(evidence: Evidence): StormResult {
  const counts = { kill: 3, pause: 1, ownEnd: 0 };
  const part: Part = { counts, suffer: () => undefined, settled: async () => undefined };
  return {
    parts: Object.fromEntries(PARTS.map((name) => [name, part])) as StormResult['parts'],
    sources: {
      temporal: { kind: 'temporal', at: '/bin/temporal', source: 'temporal on PATH' },
      mongo: { kind: 'mongod', at: '/bin/mongod', source: 'mongod on PATH' },
    },
    savb: { calls: 200, faults: 80, byFault: { truncate: 30, drop: 50 } },
    healing: { isHealed: true, tookMs: 21_300, reset: 1 },
    evidence,
    checks: checkAll(evidence),
    tookMs: { storm: 75_000, all: 130_400 },
  };
}

/** The lines of the report, with one blank where columns stand apart. */
const linesOf = (result: StormResult) => reportOf(options, result).map((line) => line.replaceAll(/ {2,}/g, ' '));

test('the report says what was done, what was counted and that everything held', () => {
  const result = resultOf(soundEvidence());
  expect(violationsOf(result)).toBe(0);
  expect(linesOf(result)).toStrictEqual(
    expect.arrayContaining([
      '2 engagements, seed 7, SAVB does not de-duplicate',
      'Temporal: temporal on PATH. MongoDB: mongod, mongod on PATH.',
      'storm 75 s, healing 21 s, with start and checks 130 s',
      'PROCESS KILLED PAUSED ENDED BY ITSELF',
      'MongoDB 3 1 0',
      'messages acknowledged 14',
      'calls made again 4',
      'calls to SAVB in the storm 200',
      'of these met a fault 80 (40.0 %)',
      'workflows reset 1',
      'truncate 30',
      'paid 2',
      'I1 SAVB accepted one invoice at most per reference 2 0',
      'Everything held.',
      'Again: npm run chaos -- --engagements 2 --seed 7 --savb-deduplicates no',
    ]),
  );
});

test('the report names each violation, up to twenty of a kind', () => {
  const evidence = soundEvidence();
  const lost = (index: number) => ({ engagementId: 'e-1', messageId: `lost-${index}`, status: 202 });
  evidence.log.acknowledged.push(...Array.from({ length: 23 }, (_, index) => lost(index)));
  const result = resultOf(evidence);
  expect(violationsOf(result)).toBe(23);
  const lines = linesOf(result);
  expect(lines).toStrictEqual(
    expect.arrayContaining([
      'I3 does not hold: every acknowledged message is on record once',
      ' e-1 lost-19: 0 times',
      ' and 3 more',
      '23 violations.',
    ]),
  );
  expect(lines).not.toContain(' e-1 lost-20: 0 times');
});

test('an engagement that waits for a person is told with its task', () => {
  const evidence = soundEvidence();
  Object.assign(evidence.engagements[0]!, {
    stage: 'redeemed',
    tasks: [{ status: 'open', kind: 'submissionUnknown' }],
  });
  expect(linesOf(resultOf(evidence))).toContain('redeemed, submissionUnknown 1');
});

test('the command that repeats a storm reads as the options it was made of', () => {
  const [, , , , ...args] = commandOf(options).split(' ');
  expect(readStormOptions(args)).toStrictEqual(options);
  expect(readStormOptions([])).toStrictEqual({ engagements: 200, seed: 1, savbDeduplicates: true });
});
