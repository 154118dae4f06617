import { isFinalStage, STAGES, type Stage } from '../../contracts/names';
import { openedRecords } from '../records/opened';
import { view } from '../records/samples';
import { openPortal } from './portalRig';

const EACH = 40;
const DAY_MS = 24 * 60 * 60 * 1_000;
const opened = openedRecords();
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** By id, the most urgent come last; a final stage has the most urgent of all. */
beforeAll(async () => {
  const { engagements } = opened().records;
  const all = STAGES.flatMap((stage, at) =>
    Array.from({ length: EACH }, (_, index) =>
      view({
        engagementId: `E-${stage}-${String(index).padStart(2, '0')}`,
        stage,
        nextDeadline: { kind: 'voucherExpiry', at: inDays(isFinalStage(stage) ? 0 : EACH - index + at / 100) },
      }),
    ),
  );
  await Promise.all(all.map((each) => engagements.show(each)));
});

test('of many engagements the board has the most urgent, of each stage and of all, and none that is over', async () => {
  const { engagements } = opened().records;
  const { visit } = await openPortal({ records: { engagements } });
  const { body } = await visit('/portal');
  const [upcoming, ...columns] = body
    .split('<section')
    .slice(1)
    .map((part) => [...part.matchAll(/<small>(E-[^<]+)</g)].map(([, id]) => id));
  const open = STAGES.filter((stage) => !isFinalStage(stage));
  const latest = (stage: Stage, back: number) => `E-${stage}-${EACH - back}`;
  const urgent = [...open.map((stage) => latest(stage, 1)), ...open.map((stage) => latest(stage, 2))];
  expect(upcoming).toStrictEqual(urgent.slice(0, 10));
  expect(columns).toStrictEqual(open.map((stage) => [1, 2, 3, 4, 5, 6, 7, 8].map((back) => latest(stage, back))));
});

test('its list of what is due goes on where the board ends', async () => {
  const { engagements } = opened().records;
  const { visit } = await openPortal({ records: { engagements } });
  const idsOf = (page: string) => [...page.matchAll(/href="\/portal\/engagements\/(E-[^"]+)"/g)].map(([, id]) => id);
  const first = (await visit(`/portal/engagements?over=false&dueBefore=${inDays(9.5)}`)).body;
  const next = /rel="next" href="([^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
  const second = (await visit(next)).body;
  const found = [...idsOf(first), ...idsOf(second)];
  expect([idsOf(first).length, found.length, new Set(found).size]).toStrictEqual([50, 63, 63]);
  expect(found.slice(0, 2)).toStrictEqual(['E-awaitingVoucher-39', 'E-voucherAssigned-39']);
});
