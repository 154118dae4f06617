import { MockActivityEnvironment } from '@temporalio/testing';
import { partnerWorkflowId } from '../../contracts/names';
import type { WorkflowCheck } from '../../contracts/reconciliation';
import { evolveAllPartner } from '../../domain/partner/evolve';
import { OPERATOR } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { PartnerCase } from '../support/partnerCase';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();

let house: House;
let partner: PartnerCase;
let workflowId: string;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
});
beforeEach(async () => {
  partner = new PartnerCase(house, await house.today());
  workflowId = partnerWorkflowId(partner.partnerId);
  await partner.register();
});
afterAll(() => house.stop());

function check(): Promise<WorkflowCheck> {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const window = { since: at(-3_600_000), until: at(60_000) };
  const { checkWorkflows } = house.activities;
  return new MockActivityEnvironment().run<[typeof window], WorkflowCheck, typeof checkWorkflows>(
    checkWorkflows,
    window,
  );
}

test('a partner whose workflow does not run is told of, until it runs again', async () => {
  await partner.handle.terminate('by mistake');
  expect((await check()).terminated).toStrictEqual([
    { workflowId, partnerId: partner.partnerId, stage: 'registered', workflow: 'TERMINATED' },
  ]);
  expect(await partner.send('addNote', { text: 'hello' })).toMatchObject({ kind: 'accepted' });
  expect((await check()).terminated).toStrictEqual([]);
});

test('a partner whose record is ahead of its workflow is woken: it takes it up, and nothing more is recorded', async () => {
  const { partnerId } = partner;
  const state = evolveAllPartner(await house.records.partners.all(partnerId));
  await house.activities.handlePartnerMessage(
    state,
    { partnerId, name: 'addNote', messageId: 'note-1', actor: OPERATOR, payload: { text: 'hello' } },
    new Date().toISOString(),
  );
  const { version } = (await house.records.partners.view(partnerId))!;
  expect((await check()).woken).toStrictEqual([{ workflowId, version, workflowVersion: state!.version }]);
  await eventually(
    () => partner.view(),
    (view) => view.version === version,
  );
  expect(await house.records.partners.timeline(partnerId)).toHaveLength(version);
  expect((await check()).woken).toStrictEqual([]);
});
