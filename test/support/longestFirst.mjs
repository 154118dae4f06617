import { readFileSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

const PATIENCE = /^jest\.setTimeout\(([\d_]+)\)/m;

const patienceOf = ({ path }) => Number((PATIENCE.exec(readFileSync(path, 'utf8'))?.[1] ?? '0').replaceAll('_', ''));

/** Files whose tests may take longest begin first, by the patience they ask for, so that none runs on alone at the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const patience = new Map(tests.map((test) => [test, patienceOf(test)]));
    return super.sort(tests).toSorted((one, other) => patience.get(other) - patience.get(one));
  }
}
