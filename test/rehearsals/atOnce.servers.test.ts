import { openApi, type ApiHouse } from '../client/apiHouse';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { AT_ONCE, IN_TIME } from './all';
import { keepEvidence } from './evidence';
import { rehearse } from './rehearsal';
import { procedures } from './runbook';

/** What docs/runbook.md says, done: exceptions that happen at once; those that take days are beside this file. */
const temporal = temporalServer();
const mongo = mongoServer();
const evidenceOf = keepEvidence();
let house: House;
let api: ApiHouse;
beforeAll(async () => {
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openHouse(where);
  api = await openApi(where);
});
afterAll(async () => {
  await api.stop();
  await house.stop();
});

test.each(AT_ONCE)('$exception is seen, and put right by the commands of the runbook', (rehearsal) =>
  rehearse(rehearsal, { house, api }, evidenceOf(rehearsal.exception)),
);

test('every exception is rehearsed once', () => {
  const rehearsed = [...AT_ONCE, ...IN_TIME].map(({ exception }) => exception);
  expect(rehearsed.sort()).toStrictEqual(
    procedures()
      .map(({ exception }) => exception)
      .sort(),
  );
});
