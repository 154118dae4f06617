import type { EngagementView } from '../../contracts/engagement';
import type { PartnerView } from '../../contracts/partner';
import type { Task } from '../../contracts/tasks';
import type { EngagementEvent, NewEvent } from '../../domain/engagement/events';
import { noticesOf, partnerNoticesOf } from '../../domain/notices';
import type { NewPartnerEvent, PartnerEvent } from '../../domain/partner/events';
import { frozen } from '../support/frozen';

const at = '2020-07-01T08:00:00.000Z';
const stamp = { version: 7, at, messageId: 'm-1', actor: { subject: 'pia', role: 'partnerAdmin' } } as const;

const view: EngagementView = frozen<EngagementView>({
  engagementId: 'e-1',
  partnerId: 'contoso',
  engagementType: 'windowsOffice',
  customer: { name: 'Fabrikam AB', country: 'SE' },
  rulebook: { id: '2020-06', hash: 'h' },
  stage: 'reserved',
  version: 7,
  voucher: {
    voucherId: 'V-1',
    voucherAdministratorEmail: 'vera@fabrikam.example',
    projectManager: { name: 'Per Persson', email: 'per@fabrikam.example' },
    offering: 'DDPS',
    serviceLevelDays: 5,
    assignedOn: '2020-07-01',
    expiresOn: '2020-12-28',
  },
  awaiting: { message: 'submitCompletionReport', from: 'consultant', until: '2020-12-29T00:00:00.000Z' },
  tasks: [],
  startedAt: at,
  updatedAt: at,
});

const everybody = { partnerContact: 'pia@contoso.example', operators: 'ops@planning.example' };

const happened = (event: NewEvent): EngagementEvent => frozen({ ...event, ...stamp, engagementId: 'e-1' });

const reserved = happened({
  type: 'VoucherReserved',
  data: {
    reservation: {
      locationId: 'contoso-se',
      deliveryCountry: 'SE',
      reservedOn: '2020-07-01',
      scheduledStart: '2020-08-03',
      scheduledEnd: '2020-08-07',
      consultantIds: ['eva.lind'],
    },
  },
});
const cancelled = (reason: string) => happened({ type: 'EngagementCancelled', data: { reason } });
const reminded = happened({
  type: 'DeadlineReminded',
  data: { kind: 'voucherReminder', at, about: 'The customer has not assigned a voucher yet.' },
});

const task: Task = {
  taskId: 'e-1:voucherMissing:1',
  kind: 'voucherMissing',
  status: 'open',
  engagementId: 'e-1',
  partnerId: 'contoso',
  role: 'operator',
  title: 'No voucher yet',
  instructions: 'Ask the customer.\nThen send assignVoucher.',
  resolutions: ['keepWaiting', 'givenUp'],
  openedAt: at,
  dueAt: '2020-09-01T00:00:00.000Z',
};
const opened = (changes: Partial<Task> = {}) =>
  happened({ type: 'TaskOpened', data: { task: { ...task, ...changes } as never } });

const toPartner = (subject: string, ...lines: string[]) => ({
  noticeId: 'engagement:e-1:7:partner',
  to: 'pia@contoso.example',
  subject,
  text: lines.join('\n'),
});

const awaited = 'Awaited now: submitCompletionReport from consultant, until 2020-12-29 00:00 UTC.';
const toSee = 'To see it: engagements show e-1';

describe('of an engagement', () => {
  test('the customer and the partner are told of a reservation', () =>
    expect(noticesOf([reserved], view, everybody)).toStrictEqual([
      {
        noticeId: 'engagement:e-1:7:projectManager',
        to: 'per@fabrikam.example',
        subject: 'e-1: voucher reserved for Fabrikam AB',
        text: [
          'Voucher V-1 for Fabrikam AB is reserved by contoso.',
          'Planned from 2020-08-03 to 2020-08-07; to be redeemed by 2020-12-28.',
          '',
          'Nothing is asked of you now: the partner plans and delivers the engagement with you.',
          'Questions: pia@contoso.example',
        ].join('\n'),
      },
      toPartner(
        'e-1: voucher reserved for Fabrikam AB',
        'Voucher V-1 for Fabrikam AB is reserved by contoso.',
        'Planned from 2020-08-03 to 2020-08-07; to be redeemed by 2020-12-28.',
        '',
        awaited,
        toSee,
      ),
    ]));

  test('a customer of a partner without a contact is not told whom to ask', () =>
    expect(noticesOf([reserved], view, {}).map(({ text }) => text.split('\n').at(-1))).toStrictEqual([
      'Nothing is asked of you now: the partner plans and delivers the engagement with you.',
    ]));

  test('the partner is reminded', () =>
    expect(noticesOf([reminded], view, everybody)).toStrictEqual([
      toPartner('e-1: reminder about Fabrikam AB', 'The customer has not assigned a voucher yet.', '', awaited, toSee),
    ]));

  test('the partner is told of a cancellation, and that nothing is awaited', () =>
    expect(noticesOf([cancelled('no time')], { ...view, awaiting: undefined }, everybody)).toStrictEqual([
      toPartner(
        'e-1: engagement with Fabrikam AB cancelled',
        'The engagement is cancelled. Reason: no time',
        '',
        'Nothing is awaited any more.',
        toSee,
      ),
    ]));

  test('the partner is told of a voucher that ran out', () =>
    expect(
      noticesOf(
        [happened({ type: 'VoucherExpired', data: { expiredOn: '2020-12-28', planningDays: 'lost' } })],
        view,
        everybody,
      ),
    ).toStrictEqual([
      toPartner(
        'e-1: voucher of Fabrikam AB expired',
        'The voucher was not redeemed by its last day, 2020-12-28.',
        '',
        awaited,
        toSee,
      ),
    ]));

  describe('of payments', () => {
    const status = (status: 'approved' | 'paid') =>
      happened({ type: 'PaymentStatusChanged', data: { reference: 'e-1:invoice:1', status, reportedAt: at } });
    const invoiced = (microsoftReferenceNumber?: string): EngagementView => ({
      ...view,
      awaiting: undefined,
      paymentRequest: {
        reference: 'e-1:invoice:1',
        status: 'paid',
        gateway: 'http',
        offering: 'DDPS',
        country: 'SE',
        locationId: 'contoso-se',
        vouchers: [],
        amount: { minor: 100, currency: 'SEK' },
        invoice: { number: '2020-00001', date: '2020-08-17' },
        ...(microsoftReferenceNumber !== undefined && { microsoftReferenceNumber }),
      },
    });

    test.each([
      ['7001', 'Microsoft has paid invoice 2020-00001, its reference 7001.'],
      [undefined, 'Microsoft has paid invoice 2020-00001.'],
    ])('the partner is told that it is paid (reference %s)', (reference, line) =>
      expect(noticesOf([status('paid')], invoiced(reference), everybody)).toStrictEqual([
        toPartner('e-1: paid for Fabrikam AB', line, '', 'Nothing is awaited any more.', toSee),
      ]),
    );

    test('nobody is told of the steps before', () =>
      expect(noticesOf([status('approved')], invoiced(), everybody)).toStrictEqual([]));
  });

  describe('a task', () => {
    test('tells what to do, until when, and how to resolve it', () =>
      expect(noticesOf([opened()], view, everybody)).toStrictEqual([
        {
          noticeId: 'engagement:e-1:7:operators',
          to: 'ops@planning.example',
          subject: 'e-1: No voucher yet (Fabrikam AB)',
          text: [
            'No voucher yet: a task of operator about Fabrikam AB.',
            'Ask the customer.',
            'Then send assignVoucher.',
            'Due: 2020-09-01 00:00 UTC',
            '',
            'To resolve it: engagements resolve e-1:voucherMissing:1 keepWaiting|givenUp',
            'To see it: engagements tasks',
          ].join('\n'),
        },
      ]));

    test('that a message resolves names no command', () =>
      expect(noticesOf([opened({ resolutions: [], dueAt: undefined })], view, everybody)[0]?.text).toBe(
        'No voucher yet: a task of operator about Fabrikam AB.\nAsk the customer.\nThen send assignVoucher.\n\nTo see it: engagements tasks',
      ));

    test.each([
      ['operator', 'ops@planning.example'],
      ['support', 'ops@planning.example'],
      ['globalAdmin', 'pia@contoso.example'],
      ['partnerAdmin', 'pia@contoso.example'],
      ['consultant', 'pia@contoso.example'],
    ] as const)('of %s goes to %s', (role, mailbox) =>
      expect(noticesOf([opened({ role })], view, everybody).map(({ to }) => to)).toStrictEqual([mailbox]),
    );
  });

  test('nobody is told of anything else', () =>
    expect(noticesOf([happened({ type: 'NoteAdded', data: { text: 'hello' } })], view, everybody)).toStrictEqual([]));

  test('what a partner without a contact should read is read by the operators', () =>
    expect(
      noticesOf([reminded], view, { operators: everybody.operators }).map(({ noticeId, to }) => [noticeId, to]),
    ).toStrictEqual([['engagement:e-1:7:partner', 'ops@planning.example']]));

  test('who has no mailbox is told nothing', () =>
    expect(noticesOf([reserved, reminded, opened()], { ...view, voucher: undefined }, {})).toStrictEqual([]));

  test('each event has a notice of its own, the same however often it is read', () => {
    const events = [reserved, { ...reminded, version: 8 }, { ...opened(), version: 9 }];
    const ids = noticesOf(events, view, everybody).map(({ noticeId }) => noticeId);
    expect(ids).toStrictEqual([
      'engagement:e-1:7:projectManager',
      'engagement:e-1:7:partner',
      'engagement:e-1:8:partner',
      'engagement:e-1:9:operators',
    ]);
    expect(noticesOf(events, view, everybody).map(({ noticeId }) => noticeId)).toStrictEqual(ids);
  });
});

describe('what people wrote', () => {
  const evil = 'Fabrikam\r\nBcc: eve@evil.example\r\n\r\nPlease pay \u2028at once\u0000';

  test('adds neither a header nor a line', () => {
    const [notice] = noticesOf([cancelled(evil)], { ...view, customer: { name: evil, country: 'SE' } }, everybody);
    expect(notice?.subject).toBe('e-1: engagement with Fabrikam Bcc: eve@evil.example Please pay at once cancel…');
    expect(notice?.text.split('\n')).toStrictEqual([
      'The engagement is cancelled. Reason: Fabrikam Bcc: eve@evil.example Please pay at once',
      '',
      awaited,
      toSee,
    ]);
  });

  test('is cut to a subject of 78 characters and lines of 500', () => {
    const long = '𝔣'.repeat(2_000);
    const [notice] = noticesOf([cancelled(long)], { ...view, customer: { name: long, country: 'SE' } }, everybody);
    expect([...(notice?.subject ?? '')]).toHaveLength(78);
    expect([...(notice?.text.split('\n')[0] ?? '')]).toHaveLength(500);
  });

  test('is cut to instructions of 30 lines', () => {
    const [notice] = noticesOf([opened({ instructions: 'a\n'.repeat(100) })], view, everybody);
    expect(notice?.text.split('\n').filter((line) => line === 'a')).toHaveLength(30);
    expect(notice?.text.split('\n').at(-1)).toBe('To see it: engagements tasks');
  });
});

describe('of a partner', () => {
  const partner: PartnerView = frozen<PartnerView>({
    partnerId: 'e-1',
    name: 'Contoso Services',
    mpnId: '4711',
    membershipRenewsOn: '2021-06-30',
    competencies: [],
    consultants: [],
    locations: [],
    enrollments: [],
    businessProfile: {
      headline: 'h',
      description: 'd',
      website: 'https://contoso.example',
      countries: ['SE'],
      offerings: ['DDPS'],
      contactEmail: 'pia@contoso.example',
    },
    savbRegistrations: [],
    bankAccounts: [],
    version: 7,
    tasks: [],
    registeredAt: at,
    updatedAt: at,
  });
  const event = (given: NewPartnerEvent): PartnerEvent =>
    frozen({ ...given, ...stamp, partnerId: 'e-1', rulebook: '2020-06' });
  const lapsedAs = (why: { withdrawn?: true; membershipEndsOn?: string }) =>
    event({ type: 'EnrollmentLapsed', data: { offerings: ['DDPS', 'SDPS'], enrolledUntil: '2021-06-30', ...why } });
  const lapsed = lapsedAs({});
  const dueTask = (role: Task['role']) =>
    event({ type: 'TaskOpened', data: { task: { ...task, role, kind: 'membershipRenewalDue' } as never } });

  test('it is told that its enrollment lapsed, under an id that no engagement has', () =>
    expect(partnerNoticesOf([lapsed], partner, everybody)).toStrictEqual([
      {
        noticeId: 'partner:e-1:7:partner',
        to: 'pia@contoso.example',
        subject: 'e-1: enrollment lapsed',
        text: [
          'The enrollment in DDPS, SDPS ended on 2021-06-30 and was not renewed: no voucher can be reserved.',
          'Awaited now: enrollInOfferings from globalAdmin.',
          '',
          'To see it: engagements checklist e-1',
        ].join('\n'),
      },
    ]));

  test('it is told to renew its membership first, where enrolling waits for that', () =>
    expect(partnerNoticesOf([lapsedAs({ membershipEndsOn: '2021-07-31' })], partner, everybody)[0]?.text).toBe(
      [
        'The enrollment in DDPS, SDPS ended on 2021-06-30 and was not renewed: no voucher can be reserved.',
        'Renew the membership first, whose last day is 2021-07-31, and have its new date recorded (updateMembership).',
        'Awaited then: enrollInOfferings from globalAdmin.',
        '',
        'To see it: engagements checklist e-1',
      ].join('\n'),
    ));

  test('it is not told of the end of what it gave up', () =>
    expect(partnerNoticesOf([lapsedAs({ withdrawn: true })], partner, everybody)).toStrictEqual([]));

  test('it is reminded', () =>
    expect(
      partnerNoticesOf(
        [
          event({
            type: 'DeadlineReminded',
            data: { kind: 'membershipReminder', at, about: [], text: 'The membership ends on 2021-06-30.' },
          }),
        ],
        partner,
        everybody,
      ),
    ).toMatchObject([
      {
        subject: 'e-1: reminder',
        text: 'The membership ends on 2021-06-30.\n\nTo see it: engagements checklist e-1',
      },
    ]));

  test.each([
    ['globalAdmin', 'pia@contoso.example', 'partner:e-1:7:partner'],
    ['operator', 'ops@planning.example', 'partner:e-1:7:operators'],
  ] as const)('a task of %s goes to %s', (role, to, noticeId) =>
    expect(partnerNoticesOf([dueTask(role)], partner, everybody)).toMatchObject([
      { noticeId, to, subject: 'e-1: No voucher yet (Contoso Services)' },
    ]),
  );

  test('without a contact the operators are told, without them nobody', () => {
    const unknown = { ...partner, businessProfile: undefined };
    const told = partnerNoticesOf([lapsed], unknown, everybody);
    expect(told.map(({ noticeId, to }) => [noticeId, to])).toStrictEqual([
      ['partner:e-1:7:partner', 'ops@planning.example'],
    ]);
    expect(partnerNoticesOf([lapsed], unknown, {})).toStrictEqual([]);
  });

  test('of anything else nobody is told', () => {
    const note = event({ type: 'NoteAdded', data: { text: 'hello' } });
    expect(partnerNoticesOf([note], partner, everybody)).toStrictEqual([]);
  });
});
