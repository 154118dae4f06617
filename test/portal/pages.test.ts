import type { EngagementView } from '../../contracts/engagement';
import { isFinalStage, STAGES } from '../../contracts/names';
import { PARTNER, partnerAdmin, TASK, VIEW } from '../client/rig';
import { form, openPortal, textOf } from './portalRig';

const DAY_MS = 24 * 60 * 60 * 1_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS + DAY_MS / 2).toISOString();
const contoso = { claims: partnerAdmin('contoso') };
const timeline = async () => [];

describe('every page', () => {
  test('runs and styles nothing but the portal’s own files, and is kept by nobody', async () => {
    const { api } = await openPortal();
    const { headers, body } = await api.inject('/portal/sign-in');
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    for (const [, file] of body.matchAll(/(?:href|src)="(\/portal\/assets\/[^"]+)"/g)) {
      const asset = await api.inject(file!);
      expect([asset.statusCode, asset.headers['cache-control']]).toStrictEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
    }
    expect(body).not.toMatch(/<style| style=|<script>| on\w+=/);
  });

  test('that is not there is a page that says so', async () => {
    const { api, visit } = await openPortal();
    const answer = await api.inject('/portal/nowhere');
    expect([answer.statusCode, answer.headers['content-type']]).toStrictEqual([404, 'text/html; charset=utf-8']);
    expect((await visit('/portal/engagements/E-1/messages/nonsense')).statusCode).toBe(404);
    expect((await visit('/portal/partners/contoso/messages/nonsense')).statusCode).toBe(404);
  });

  test('of another partner is the same 404 as one of nobody', async () => {
    const { visit } = await openPortal({ records: { engagements: { timeline } } });
    const stranger = { claims: partnerAdmin('northwind') };
    const [foreign, unknown] = [
      await visit('/portal/engagements/E-1', stranger),
      await visit('/portal/engagements/E-2', stranger),
    ];
    expect([foreign.statusCode, unknown.statusCode]).toStrictEqual([404, 404]);
    expect(foreign.body.replaceAll('E-1', 'E-2')).toBe(unknown.body);
  });

  test.each([
    ['that has expired', { exp: 1 }],
    ['of another issuer', { iss: 'https://other.example' }],
  ])('asks whoever comes with a token %s to sign in', async (_, claims) => {
    const { visit } = await openPortal();
    const answer = await visit('/portal/tasks', { claims: { ...contoso.claims, ...claims } });
    expect([answer.statusCode, answer.headers.location]).toStrictEqual([303, '/portal/sign-in?to=%2Fportal%2Ftasks']);
  });

  test('counts for the address of the browser, and its calls to the API too', async () => {
    const { visit } = await openPortal({
      records: { tasks: { list: async () => ({ items: [] }) } },
      limits: { addressRate: { requests: 4, windowMs: 60_000 } },
    });
    const from = async (remoteAddress: string) =>
      (await visit('/portal/tasks', { ...contoso, remoteAddress })).statusCode;
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')]).toStrictEqual([200, 200, 429]);
    expect(await from('192.0.2.2')).toBe(200);
  });

  test('shows text of others as text', async () => {
    const customer = { name: '<script>alert(1)</script>', country: 'SE' };
    const { visit } = await openPortal({
      records: { engagements: { view: async () => ({ ...VIEW, customer }), timeline } },
    });
    const { body } = await visit('/portal/engagements/E-1', contoso);
    expect(body).toContain('&lt;script>alert(1)&lt;/script>');
    expect(body).not.toContain('<script>alert');
  });
});

describe('a form', () => {
  test.each([
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of another site of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['of nobody knows where', {}],
    ['of another origin, from an old browser', { origin: 'https://evil.example' }],
  ])('%s is refused, and nothing is said', async (_, from) => {
    const { visit, sent } = await openPortal();
    const { payload } = form({ text: 'x', key: 'k-1' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...from };
    const answer = await visit('/portal/engagements/E-1/messages/addNote', {
      ...contoso,
      method: 'POST',
      headers,
      payload,
    });
    expect([answer.statusCode, sent]).toStrictEqual([403, []]);
  });

  test('of an old browser is known by its origin', async () => {
    const { visit, sent } = await openPortal();
    const { payload } = form({ text: 'Called the customer.', key: 'k-1' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://127.0.0.1:4000' };
    await visit('/portal/engagements/E-1/messages/addNote', { ...contoso, method: 'POST', headers, payload });
    expect(sent).toHaveLength(1);
  });
});

describe('the board', () => {
  const at = (stage: EngagementView['stage'], number: number, days: number): EngagementView => ({
    ...VIEW,
    engagementId: `E-${stage}-${number}`,
    stage,
    nextDeadline: { kind: 'voucherExpiry', at: inDays(days) },
  });

  test('has a column for each stage, with its deadlines in words as well as in colour', async () => {
    const asked = new Set<object>();
    const { visit } = await openPortal({
      records: {
        engagements: {
          list: async (filter) => {
            asked.add(filter);
            return filter.stage === 'reserved'
              ? { items: [at('reserved', 2, -4), at('reserved', 3, 3), at('reserved', 1, 30)], next: 'bmV4dA' }
              : { items: [] };
          },
        },
      },
    });
    const { body } = await visit('/portal', contoso);
    expect(textOf(body)).toContain('Reserved 3+ Tailspin Toys Windows and Office E-reserved-2 ‼ overdue by 3 days');
    const [upcoming = '', ...columns] = body.split('<section aria-labelledby');
    const urgencies = (part: string) => [...part.matchAll(/class="due (\w+)"/g)].map(([, urgency]) => urgency);
    expect(urgencies(upcoming)).toStrictEqual(['overdue', 'soon']);
    expect(columns.flatMap(urgencies)).toStrictEqual(['overdue', 'soon', 'later']);
    expect(body).toContain('href="/portal/engagements?stage=reserved"');
    const open = STAGES.filter((stage) => !isFinalStage(stage));
    expect(asked).toStrictEqual(
      new Set(open.map((stage) => ({ stage, order: 'deadline', limit: 10, partnerId: 'contoso' }))),
    );
  });

  describe('says first what is due within a week', () => {
    const upcomingOf = async (
      lists: Partial<Record<EngagementView['stage'], { items: EngagementView[]; next?: string }>>,
    ) => {
      const { visit } = await openPortal({
        records: { engagements: { list: async ({ stage }) => lists[stage!] ?? { items: [] } } },
      });
      const { body } = await visit('/portal');
      const upcoming = body.split('<div class="board"')[0]!;
      return {
        ids: [...upcoming.matchAll(/<small>(E-[^<]+)</g)].map(([, id]) => id),
        count: /class="count">([^<]+)/.exec(upcoming)?.[1],
        leadsOn: upcoming.includes('href="/portal/engagements?over=false&amp;dueBefore='),
      };
    };
    const soon = (stage: EngagementView['stage'], count: number, from = 0) =>
      Array.from({ length: count }, (_, index) => at(stage, index, from + index / 100));

    test('of all stages, the most urgent first, and nothing that has more time or no deadline', async () => {
      const items = [at('redeemed', 1, 2), at('redeemed', 2, 8), { ...VIEW, stage: 'redeemed' as const }];
      expect(
        await upcomingOf({ reserved: { items: [at('reserved', 1, 1), at('reserved', 2, 3)] }, redeemed: { items } }),
      ).toStrictEqual({ ids: ['E-reserved-1', 'E-redeemed-1', 'E-reserved-2'], count: '3', leadsOn: false });
    });

    test('not at all when there is nothing', async () => {
      expect(await upcomingOf({ reserved: { items: [at('reserved', 1, 8)], next: 'bmV4dA' } })).toStrictEqual({
        ids: [],
        count: expect.not.stringContaining('+') as string,
        leadsOn: false,
      });
    });

    test('ten of them, and where the others are', async () => {
      const shown = await upcomingOf({
        reserved: { items: soon('reserved', 6, 1) },
        redeemed: { items: soon('redeemed', 5) },
      });
      expect([shown.ids.length, shown.count, shown.leadsOn]).toStrictEqual([10, '10+', true]);
      expect(shown.ids[0]).toBe('E-redeemed-0');
    });

    test('and that a stage may have more when all that was asked for is due', async () => {
      const items = soon('reserved', 10);
      expect(await upcomingOf({ reserved: { items } })).toMatchObject({ count: '10', leadsOn: false });
      expect(await upcomingOf({ reserved: { items, next: 'bmV4dA' } })).toMatchObject({ count: '10+', leadsOn: true });
    });
  });

  test('with everything on it, is at most 100 kB with its style and script', async () => {
    const name = 'A customer with a name that is about as long as they get in life';
    const tasks = [TASK, TASK];
    const { visit, api } = await openPortal({
      records: {
        engagements: {
          list: async ({ stage = STAGES[0], limit }) => ({
            items: Array.from({ length: limit }, (_, index) => ({
              ...at(stage, index, index),
              customer: { name, country: 'SE' },
              tasks,
            })),
            next: 'bmV4dA',
          }),
        },
      },
    });
    const page = await visit('/portal');
    const files = await Promise.all(
      ['portal.css', 'portal.js', 'icon.svg'].map((file) => api.inject(`/portal/assets/${file}`)),
    );
    expect(page.statusCode).toBe(200);
    const bytes = [page, ...files].map(({ rawPayload }) => rawPayload.length).reduce((sum, each) => sum + each, 0);
    expect(bytes).toBeLessThan(100_000);
  });
});

describe.each([
  ['+00:00', '2020-12-30T00:00:00.000Z', '2020-12-30 00:00 UTC'],
  ['+02:00', '2020-12-29T22:00:00.000Z', '2020-12-29 22:00 UTC'],
])('a deadline, where days are meant in %s,', (utcOffset, at, told) => {
  const timesOn = (page: string) =>
    [...page.matchAll(/<time dateTime="([^"]+)" title="([^"]+)">([^<]+)</gi)].map(([, ...time]) => time);
  const exactly = [at, told];
  const open = (view: Partial<EngagementView>, partner: object = {}) =>
    openPortal({
      dependencies: { utcOffset },
      records: {
        engagements: {
          view: async () => ({ ...VIEW, ...view }),
          list: async ({ stage = VIEW.stage }) => ({ items: stage === VIEW.stage ? [{ ...VIEW, ...view }] : [] }),
          timeline,
        },
        partners: { view: async () => ({ ...PARTNER, ...partner }), timeline },
        tasks: { list: async () => ({ items: [{ ...TASK, dueAt: at }] }) },
      },
    });

  test.each([
    ['voucherExpiry', '2020-12-29'],
    ['recordingGraceEnd', '2020-12-29'],
    ['plannedEnd', '2020-12-29'],
    ['paymentWindowEnd', '2020-12-29'],
    ['paymentOverdue', '2020-12-29'],
    ['voucherReminder', '2020-12-30'],
    ['voucherMissing', '2020-12-30'],
    ['expiryReminder', '2020-12-30'],
    ['paymentWindowReminder', '2020-12-30'],
    ['paymentWindowClosing', '2020-12-30'],
    ['closing', '2020-12-30'],
  ] as const)('is shown by the last day that counts or the day it comes with: %s on %s', async (kind, day) => {
    const { visit } = await open({ nextDeadline: { kind, at } });
    for (const page of ['/portal', '/portal/engagements', '/portal/engagements/E-1'])
      for (const time of timesOn((await visit(page)).body)) expect(time).toStrictEqual([...exactly, day]);
    expect(timesOn((await visit('/portal/engagements/E-1')).body)).toHaveLength(1);
  });

  test.each([
    ['enrollmentEnd', '2020-12-29'],
    ['competencyExpiry', '2020-12-29'],
    ['membershipReminder', '2020-12-30'],
    ['enrollmentReminder', '2020-12-30'],
    ['competencyReminder', '2020-12-30'],
  ])('of a partner too: %s on %s', async (kind, day) => {
    const { visit } = await open({}, { nextDeadline: { kind, at, about: [] } });
    expect(timesOn((await visit('/portal/partners/contoso')).body)).toStrictEqual([[...exactly, day]]);
  });

  test('of a task is the last day on which it is in time', async () => {
    const { visit } = await open({});
    expect(timesOn((await visit('/portal/tasks')).body)).toStrictEqual([[...exactly, '2020-12-29']]);
  });

  test('that bounds a list is told to the minute', async () => {
    const { visit } = await open({});
    const { body } = await visit(`/portal/engagements?dueBefore=${at}`);
    expect(textOf(body)).toContain(`Those that are due before ${told}.`);
  });
});

describe('finding', () => {
  const open = () =>
    openPortal({
      records: { engagements: { list: async ({ voucherId }) => ({ items: voucherId === 'V-1' ? [VIEW] : [] }) } },
    });

  test.each([
    ['an engagement by its id', 'E-1', '/portal/engagements/E-1'],
    ['a voucher by its number', 'V-1', '/portal/engagements?voucherId=V-1'],
    ['else a customer by its name', 'Tailspin Toys', '/portal/engagements?customer=Tailspin+Toys'],
  ])('leads to %s', async (_, q, location) => {
    const { visit } = await open();
    const answer = await visit(`/portal/find?q=${encodeURIComponent(q)}`, contoso);
    expect([answer.statusCode, answer.headers.location]).toStrictEqual([303, location]);
  });

  test('is no empty list when there were too many requests', async () => {
    const { visit } = await openPortal({
      records: { engagements: { list: async () => ({ items: [] }) } },
      limits: { addressRate: { requests: 2, windowMs: 60_000 } },
    });
    const answer = await visit('/portal/find?q=E-unheard', contoso);
    expect([answer.statusCode, answer.headers.location]).toStrictEqual([429, undefined]);
  });

  test('a list has the nearest deadlines first, and keeps what is not over apart', async () => {
    const asked: object[] = [];
    const { visit } = await openPortal({
      records: { engagements: { list: async (filter) => (asked.push(filter), { items: [], next: 'bmV4dA' }) } },
    });
    const { body } = await visit('/portal/engagements?over=false&dueBefore=2020-08-01T00:00:00.000Z', contoso);
    const dueBefore = '2020-08-01T00:00:00.000Z';
    expect(asked).toStrictEqual([{ over: false, dueBefore, order: 'deadline', limit: 50, partnerId: 'contoso' }]);
    expect(body).toContain('<input type="hidden" name="over" value="false"');
  });

  test('a list names its next page and keeps what was asked for', async () => {
    const { visit } = await openPortal({
      records: { engagements: { list: async () => ({ items: [VIEW], next: 'bmV4dA' }) } },
    });
    const { body } = await visit('/portal/engagements?stage=reserved&customer=&openTasks=true', contoso);
    expect(body).toContain('href="/portal/engagements?stage=reserved&amp;openTasks=true&amp;after=bmV4dA"');
  });
});
