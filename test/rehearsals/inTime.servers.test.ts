import { openApi } from '../client/apiHouse';
import { housesInOwnTime } from '../workflows/ownTime';
import { IN_TIME } from './all';
import { keepEvidence } from './evidence';
import { rehearse } from './rehearsal';

/** What docs/runbook.md says, done: exceptions that take days, each in a house with a time of its own. */
jest.setTimeout(120_000);

const openHouse = housesInOwnTime();
const evidenceOf = keepEvidence();

test.each(IN_TIME)('$exception is seen, and put right by the commands of the runbook', async (rehearsal) => {
  const evidence = evidenceOf(rehearsal.exception);
  const house = await openHouse(rehearsal.options);
  const api = await openApi(house.where);
  await rehearse(rehearsal, { house, api }, evidence).finally(() => api.stop());
});
