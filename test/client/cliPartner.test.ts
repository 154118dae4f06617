import { partnerEventCells } from '../../client/wording/partnerEvents';
import { PARTNER_EVENT_TYPES } from '../../contracts/names';
import type { ChecklistItem, PartnerSummary, PartnerView } from '../../contracts/partner';
import type { NewPartnerEvent, PartnerEvent } from '../../domain/partner/events';
import { contoso } from '../support/partner';
import { run, startApi, task as anyTask } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

const { engagementId: _none, ...withoutEngagement } = anyTask;
const task = {
  ...withoutEngagement,
  taskId: 'partner:contoso:competencyExpiring:1',
  kind: 'competencyExpiring' as const,
  partnerId: 'contoso',
  role: 'partnerAdmin' as const,
  accountKind: 'Partner Center (work account)',
  title: 'A competency runs out',
  instructions: 'silver windowsAndDevices runs out on 2021-06-30.\nAttain it again.',
  resolutions: ['noted'],
  dueAt: '2021-07-01T00:00:00.000Z',
};
const view: PartnerView = {
  ...contoso,
  version: 7,
  nextDeadline: { kind: 'enrollmentReminder', at: '2021-04-01T00:00:00.000Z', about: ['DDPS'] },
  tasks: [task],
  registeredAt: '2020-05-01T08:00:00.000Z',
  updatedAt: '2020-06-10T08:00:00.000Z',
};
const bare: PartnerView = {
  partnerId: 'contoso',
  name: 'Contoso Services',
  mpnId: '1234567',
  membershipRenewsOn: '2021-06-30',
  competencies: [],
  consultants: [],
  locations: [],
  enrollments: [],
  savbRegistrations: [],
  bankAccounts: [],
  version: 1,
  tasks: [],
  registeredAt: '2020-05-01T08:00:00.000Z',
  updatedAt: '2020-05-01T08:00:00.000Z',
};

describe('a message to a partner', () => {
  const enroll = ['partner', 'enrollInOfferings', 'contoso', '--set', 'offerings=DDPS,SDPS'];

  test('is posted to its route under a fresh key, and answered with what the partner is now', async () => {
    const heard = api.answers({ body: view });
    expect(await cli(...enroll)).toStrictEqual({
      code: 0,
      stdout: [
        'contoso is at version 7',
        'Enrollments: DDPS until 2021-06-30',
        'Open tasks: partner:contoso:competencyExpiring:1',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(heard.map(({ line, body }) => [line, JSON.parse(body) as unknown])).toStrictEqual([
      ['POST /v1/partners/contoso/enrollments', { offerings: ['DDPS', 'SDPS'] }],
    ]);
    expect(heard[0]?.headers['idempotency-key']).toMatch(uuid);
  });

  test('goes on behalf of someone, under the given key and version, without waiting if so wanted', async () => {
    const heard = api.answers({ status: 202, body: { status: 'accepted', messageId: 'k-1' } });
    const how = ['--key', 'k-1', '--on-behalf-of', 'mira holm', '--async', '--if-match', '6'];
    expect(await cli(...enroll, ...how)).toStrictEqual({
      code: 0,
      stdout: 'Accepted, not decided yet: message k-1. Its verdict will be in the timeline.\n',
      stderr: '',
    });
    expect(heard[0]?.headers).toMatchObject({
      'idempotency-key': 'k-1',
      'on-behalf-of': 'mira holm',
      prefer: 'respond-async',
      'if-match': '"6"',
    });
  });

  const membership = ['name=Contoso Services', 'mpnId=1234567', 'membershipRenewsOn=2021-06-30'];

  test('that begins it is a PUT of the partner itself, without a key', async () => {
    const heard = api.answers({ body: bare });
    const set = membership.flatMap((field) => ['--set', field]);
    expect(await cli('partner', 'updateMembership', 'contoso', ...set)).toStrictEqual({
      code: 0,
      stdout: 'contoso is at version 1\n',
      stderr: '',
    });
    expect(heard.map(({ line, headers }) => [line, headers['idempotency-key']])).toStrictEqual([
      ['PUT /v1/partners/contoso', undefined],
    ]);
  });

  test('takes no key where it is a PUT', async () => {
    const heard = api.answers({ body: bare });
    expect(await cli('partner', 'updateBusinessProfile', 'contoso', '--key', 'k-1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("unknown option '--key'") as string,
    });
    expect(heard).toHaveLength(0);
  });

  test('gives a program the partner as it is', async () => {
    api.answers({ body: view });
    expect(await cli(...enroll, '--json')).toStrictEqual({ code: 0, stdout: json(view), stderr: '' });
  });

  test('that breaks its contract is not sent', async () => {
    const heard = api.answers({ body: view });
    const wrong = ['partner', 'recordCompetency', 'contoso', '--set', 'tier=bronze', '--set', 'competency=datacenter'];
    expect(await cli(...wrong)).toStrictEqual({
      code: 2,
      stdout: '',
      stderr: [
        'the message is not well-formed; nothing was sent',
        '  tier: Invalid option: expected one of "silver"|"gold"',
        '  attainedOn: must be given',
        '  expiresOn: must be given',
        '',
      ].join('\n'),
    });
    expect(heard).toHaveLength(0);
  });

  test('that is refused is exit code 1 with the reason', async () => {
    const detail = 'Contoso Services has not signed version 2020-06 of the program agreement';
    const no = { type: '/problems/agreement-missing', title: 'No agreement', status: 422, detail, instance: '/' };
    api.answers({ status: 422, body: no });
    const { code, stdout, stderr } = await cli(...enroll);
    expect({ code, stdout }).toStrictEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`Refused: No agreement (agreement-missing, 422)\n  ${detail}\n`);
  });

  test('about one of its tasks is answered with the partner', async () => {
    const heard = api.answers({ body: view });
    expect(await cli('resolve', task.taskId, 'noted', '--note', 'it may run out')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^contoso is at version 7\n/) as string,
    });
    expect(heard.map(({ line }) => line)).toStrictEqual([
      'POST /v1/tasks/partner%3Acontoso%3AcompetencyExpiring%3A1/resolution',
    ]);
  });
});

test('its tasks are in the list of tasks', async () => {
  api.answers({ body: { items: [task] } });
  expect((await cli('tasks', '--partner', 'contoso')).stdout.split('\n')[1]).toMatch(
    /^partner:contoso:competencyExpiring:1 {2}competencyExpiring {2}contoso {2}partnerAdmin {2}– .* 2021-07-01 00:00 UTC, OVERDUE \d+ d {2}noted {8}A competency runs out$/,
  );
});

describe('partner list', () => {
  const { partnerId, name, mpnId, membershipRenewsOn, version, nextDeadline, registeredAt, updatedAt } = view;
  const summary: PartnerSummary = {
    ...{ partnerId, name, mpnId, membershipRenewsOn, version, nextDeadline, registeredAt, updatedAt },
    openTasks: 1,
  };

  test('is a table, and names the page after it', async () => {
    const { nextDeadline: _none, ...quiet } = { ...summary, partnerId: 'fabrikam', name: 'Fabrikam', openTasks: 0 };
    const heard = api.answers({ body: { items: [summary, quiet], next: 'bmV4dA' } });
    const { code, stdout, stderr } = await cli('partner', 'list', '--name', 'a', '--limit', '2');
    expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
      code: 0,
      stderr: 'There are more: --after bmV4dA\n',
      stdout: [
        'PARTNER   NAME              MPN ID   MEMBERSHIP UNTIL  NEXT DEADLINE                                   TASKS',
        'contoso   Contoso Services  1234567  2021-06-30        2021-04-01 00:00 UTC, enrollmentReminder, DDPS  1',
        'fabrikam  Fabrikam          1234567  2021-06-30        –                                               0',
        '',
      ],
    });
    expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/partners?name=a&limit=2']);
  });

  test('is given to a program as it is, or as CSV', async () => {
    api.answers({ body: { items: [summary] } });
    expect((await cli('partner', 'list', '--json')).stdout).toBe(json({ items: [summary] }));
    expect((await cli('partner', 'list', '--csv')).stdout.split('\n')[1]).toBe(
      'contoso,Contoso Services,1234567,2021-06-30,"2021-04-01 00:00 UTC, enrollmentReminder, DDPS",1',
    );
  });
});

describe('partner show', () => {
  test('puts everything on a card, each of several things on a line of its own', async () => {
    const businessProfile = {
      headline: 'Windows rollouts',
      description: 'Planned in five days',
      website: 'https://contoso.example',
      countries: ['SE', 'DE'],
      offerings: ['DDPS'],
      contactEmail: 'hello@contoso.example',
    };
    const heard = api.answers({ body: { ...view, businessProfile } });
    const { code, stdout, stderr } = await cli('partner', 'show', 'contoso');
    expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
      code: 0,
      stderr: '',
      stdout: [
        'contoso is Contoso Services',
        '',
        'Membership     MPN 1234567, until 2021-06-30',
        'Training       completed 2020-05-01, course record',
        'Competencies   silver windowsAndDevices until 2021-06-30',
        'Agreement      version 2020-06, signed by Mira Holm on 2020-06-01',
        'Enrollments    DDPS until 2021-06-30, since 2020-06-02',
        'Locations      contoso-se (SE), Contoso Stockholm',
        '               contoso-de (DE), Contoso München',
        'Consultants    eva.lind, Eva Lind, 70-354',
        '               nils.berg, Nils Berg, 70-355',
        '               ola.ny, Ola Ny',
        'Profile        Windows rollouts',
        '               https://contoso.example, hello@contoso.example',
        '               DDPS in SE, DE',
        'SAVB           DDPS at contoso-se, since 2020-06-10',
        'Bank accounts  contoso-se: SE-1',
        'Next deadline  2021-04-01 00:00 UTC, enrollmentReminder, DDPS',
        '',
        'Open tasks',
        '  A competency runs out (for partnerAdmin, in Partner Center (work account), due 2021-07-01 00:00 UTC)',
        '    silver windowsAndDevices runs out on 2021-06-30.',
        '    Attain it again.',
        '    engagements resolve partner:contoso:competencyExpiring:1 noted',
        '',
      ],
    });
    expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/partners/contoso']);
  });

  test('says of a partner that has just begun what is missing', async () => {
    api.answers({ body: { ...bare, name: 'Contoso\u001b[2J' } });
    expect((await cli('partner', 'show', 'contoso')).stdout.split('\n')).toStrictEqual([
      'contoso is Contoso [2J',
      '',
      'Membership     MPN 1234567, until 2021-06-30',
      ...['Training       –', 'Competencies   –', 'Agreement      –', 'Enrollments    –', 'Locations      –'],
      ...['Consultants    –', 'Profile        –', 'SAVB           –', 'Bank accounts  –', 'Next deadline  –', ''],
    ]);
  });

  test('gives a program the view as it is', async () => {
    api.answers({ body: view });
    expect(await cli('partner', 'show', 'contoso', '--json')).toStrictEqual({
      code: 0,
      stdout: json(view),
      stderr: '',
    });
  });
});

const actor = { subject: 'dev-operator', role: 'operator' as const };
const recorded = (version: number, event: NewPartnerEvent): PartnerEvent => ({
  ...event,
  partnerId: 'contoso',
  version,
  at: `2020-05-0${version}T08:00:00.000Z`,
  messageId: `m-${version}`,
  actor: version === 1 ? actor : { ...actor, onBehalfOf: 'mira holm' },
  rulebook: '2020-06',
});

describe('partner timeline', () => {
  const items = [
    recorded(1, { type: 'PartnerRegistered', data: { ...contoso, utcOffset: '+00:00' } }),
    recorded(2, { type: 'NoteAdded', data: { text: 'two\nlines' } }),
  ];

  test('prints every fact on a line: when, which version, what, for whom', async () => {
    const heard = api.answers({ body: { items } });
    expect(await cli('partner', 'timeline', 'contoso')).toStrictEqual({
      code: 0,
      stdout: [
        '2020-05-01 08:00:00 UTC  1  PartnerRegistered  dev-operator  Contoso Services, MPN 1234567, membership until 2021-06-30',
        '2020-05-02 08:00:00 UTC  2  NoteAdded          mira holm     two lines',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/partners/contoso/timeline']);
  });

  test('gives a program the events as they are', async () => {
    api.answers({ body: { items } });
    expect((await cli('partner', 'timeline', 'contoso', '--json')).stdout).toBe(json({ items }));
  });
});

describe('a fact of a partner', () => {
  const [competency] = contoso.competencies;
  const [eva, , ola] = contoso.consultants;
  const [location] = contoso.locations;
  const year = { offerings: ['DDPS', 'SDPS'], enrolledUntil: '2021-06-30' };
  const reviewed = { requirementsReviewedOn: '2021-06-01', policiesReviewedOn: '2021-06-01' };
  const { taskId, kind } = task;

  const told: [NewPartnerEvent, string][] = [
    [
      { type: 'PartnerRegistered', data: { ...contoso, utcOffset: '+00:00' } },
      'Contoso Services, MPN 1234567, membership until 2021-06-30',
    ],
    [{ type: 'MembershipUpdated', data: contoso }, 'Contoso Services, MPN 1234567, membership until 2021-06-30'],
    [
      { type: 'ComplianceTrainingRecorded', data: { completedOn: '2020-05-01', evidence: 'course record' } },
      'completed on 2020-05-01: course record',
    ],
    [{ type: 'CompetencyRecorded', data: competency! }, 'silver windowsAndDevices until 2021-06-30'],
    [{ type: 'ConsultantRecorded', data: eva! }, 'eva.lind: 70-354'],
    [{ type: 'ConsultantRecorded', data: ola! }, 'ola.ny: no assessments'],
    [{ type: 'LocationAdded', data: location! }, 'contoso-se (SE), Contoso Stockholm'],
    [
      {
        type: 'BusinessProfileUpdated',
        data: {
          headline: 'Windows rollouts',
          description: 'Planned',
          website: 'https://contoso.example',
          countries: ['SE'],
          offerings: ['DDPS'],
          contactEmail: 'hello@contoso.example',
        },
      },
      'Windows rollouts',
    ],
    [{ type: 'AgreementSigned', data: contoso.agreement! }, 'version 2020-06 by Mira Holm on 2020-06-01'],
    [{ type: 'OfferingsEnrolled', data: { ...year, enrolledOn: '2020-06-02' } }, 'DDPS, SDPS until 2021-06-30'],
    [{ type: 'EnrollmentRenewed', data: { ...year, ...reviewed } }, 'DDPS, SDPS until 2021-06-30'],
    [{ type: 'EnrollmentLapsed', data: year }, 'DDPS, SDPS after 2021-06-30'],
    [
      { type: 'OfferingWithdrawn', data: { offering: 'SDPS', reason: 'nobody left', enrolledUntil: '2020-09-01' } },
      'SDPS after 2020-09-01: nobody left',
    ],
    [{ type: 'CompetencyExpired', data: competency! }, 'silver windowsAndDevices after 2021-06-30'],
    [
      {
        type: 'SavbRegistered',
        data: {
          offering: 'DDPS',
          locationId: 'contoso-se',
          bankAccountReference: 'SE-1',
          registeredOn: '2020-06-10',
        },
      },
      'DDPS at contoso-se',
    ],
    [
      { type: 'BankAccountMapped', data: { locationId: 'contoso-se', bankAccountReference: 'SE-2' } },
      'SE-2 for contoso-se',
    ],
    [{ type: 'NoteAdded', data: { text: 'two\nlines' } }, 'two lines'],
    [
      {
        type: 'DeadlineReminded',
        data: {
          kind: 'enrollmentReminder',
          at: '2021-04-01T00:00:00.000Z',
          about: ['DDPS'],
          text: 'renew by 2021-06-30',
        },
      },
      'renew by 2021-06-30',
    ],
    [{ type: 'TaskOpened', data: { task } }, 'partner:contoso:competencyExpiring:1 (partnerAdmin)'],
    [{ type: 'TaskClaimed', data: { taskId, claimedBy: 'kim' } }, 'partner:contoso:competencyExpiring:1 by kim'],
    [{ type: 'TaskReleased', data: { taskId } }, 'partner:contoso:competencyExpiring:1'],
    [
      { type: 'TaskResolved', data: { taskId, kind, resolution: 'noted' } },
      'partner:contoso:competencyExpiring:1 as noted',
    ],
    [
      {
        type: 'MessageRefused',
        data: { message: 'enrollInOfferings', refusal: { code: 'agreement-missing', detail: 'not signed' } },
      },
      'enrollInOfferings: not signed',
    ],
  ];

  test.each(told)('$type says what happened', (event, text) =>
    expect(partnerEventCells(recorded(1, event))).toStrictEqual([
      '2020-05-01 08:00:00 UTC',
      '1',
      event.type,
      'dev-operator',
      text,
    ]),
  );

  test('of every kind is told', () =>
    expect(new Set(told.map(([{ type }]) => type))).toStrictEqual(new Set(PARTNER_EVENT_TYPES)));
});

describe('checklist', () => {
  const source = 'BASE';
  const training = { name: 'complianceTraining', met: true, since: '2020-05-01', source } as const;
  const items: ChecklistItem[] = [
    {
      offering: 'DDPS',
      engagementType: 'windowsOffice',
      status: 'active',
      requirements: [
        training,
        { name: 'enrollment', met: true, since: '2020-06-02', expires: '2021-06-30', source },
        { name: 'location', met: true, source },
      ],
    },
    {
      offering: 'SDPS',
      engagementType: 'sharePoint',
      status: 'notStarted',
      requirements: [
        training,
        { name: 'competency', met: false, source, nextStep: 'Attain silver\ncollaborationAndContent.' },
        { name: 'enrollment', met: false, source },
      ],
    },
    { offering: 'DDPS', engagementType: 'mobileProductivity', status: 'inProgress', requirements: [training] },
  ];

  test('shows a mark for each requirement, by offering and engagement type, and what to do next', async () => {
    const heard = api.answers({ body: { items } });
    const { code, stdout, stderr } = await cli('checklist', 'contoso');
    expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
      code: 0,
      stderr: '',
      stdout: [
        'DDPS',
        '  windowsOffice: active',
        '    ✅ Compliance training, since 2020-05-01',
        '    ✅ Enrollment, since 2020-06-02, until 2021-06-30',
        '    ✅ Location',
        '  mobileProductivity: in progress',
        '    ✅ Compliance training, since 2020-05-01',
        '',
        'SDPS',
        '  sharePoint: not started',
        '    ✅ Compliance training, since 2020-05-01',
        '    ⬜ Competency: Attain silver collaborationAndContent.',
        '    ⬜ Enrollment',
        '',
      ],
    });
    expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/partners/contoso/checklist']);
  });

  test('asks for an offering and an engagement type', async () => {
    const heard = api.answers({ body: { items } });
    await cli('checklist', 'contoso', '--offering', 'S-EDPS', '--engagement-type', 'exchange');
    expect(heard[0]?.line).toBe('GET /v1/partners/contoso/checklist?offering=S-EDPS&engagementType=exchange');
  });

  test('has the names of offerings in bold on a terminal', async () => {
    api.answers({ body: { items } });
    const { stdout } = await run(['checklist', 'contoso'], { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' }, true);
    expect(stdout).toMatch(/^\u001b\[1mDDPS/);
  });

  test('gives a program the list as it is', async () => {
    api.answers({ body: { items } });
    expect((await cli('checklist', 'contoso', '--json')).stdout).toBe(json({ items }));
  });

  test('of nothing prints nothing for programs to read', async () => {
    api.answers({ body: { items: [] } });
    expect(await cli('checklist', 'contoso')).toStrictEqual({ code: 0, stdout: '', stderr: 'Nothing found.\n' });
  });
});
