import { PARTNER_MESSAGE_ROLES, PARTNER_MESSAGES, PARTNER_TASK_KINDS, ROLES } from '../../../contracts/names';
import type { Actor } from '../../../contracts/messages';
import { previewPartner } from '../../../domain/partner/decide';
import { refusePartnerRole } from '../../../domain/partner/roles';
import { evolveAllPartner, evolvePartner } from '../../../domain/partner/evolve';
import { PARTNER_TASK_RULES } from '../../../domain/partner/tasks';
import { givenPartner, hearPartner, nobody, partnerIn } from '../../support/partnerGiven';
import {
  active,
  enrolled,
  partnerFacts,
  partnerNoted,
  ready,
  registered,
  registeredWithSavb,
  renewable,
  sayAgain,
  signed,
  tellPartner,
  trained,
} from '../../support/partnerStory';
import { consultant, globalAdmin, operator, partnerAdmin, support } from '../../support/story';

describe('who may say what', () => {
  const cases = PARTNER_MESSAGES.flatMap((name) => ROLES.map((role) => [name, role] as const));
  test.each(cases)('%s by %s', (name, role) => {
    const no = refusePartnerRole(name, { subject: 'somebody', role }, 'contoso');
    expect(no === undefined).toBe(PARTNER_MESSAGE_ROLES[name].includes(role));
  });

  test('the Global Admin signs, enrolls and registers, not the Partner Admin; an operator may on behalf of one', () => {
    givenPartner(...ready)
      .when(signed({}, { on: '2020-06-03', by: partnerAdmin }))
      .thenRefused({
        code: 'role-not-allowed',
        detail: 'signAgreement is for operator, globalAdmin, not for partnerAdmin',
      });
    expect(givenPartner(...ready).when(enrolled({}, { on: '2020-06-10', by: partnerAdmin })).refused?.code).toBe(
      'role-not-allowed',
    );
    const onBehalf: Actor = { ...operator, onBehalfOf: 'gil' };
    const outcome = givenPartner(...ready).when(enrolled({}, { on: '2020-06-10', by: onBehalf }));
    expect(outcome.events[0]?.actor).toStrictEqual(onBehalf);
  });
  test('the role is asked before anything else, also of who says again what stands', () => {
    const told = registeredWithSavb();
    const again = sayAgain({ ...told, message: { ...told.message, actor: partnerAdmin } });
    expect(givenPartner(...active, told).when(again).refused?.code).toBe('role-not-allowed');
    expect(nobody.when(registered({}, { on: '2020-06-02', by: globalAdmin })).refused?.code).toBe('role-not-allowed');
  });
});

describe('what is recorded', () => {
  test('names message, moment, actor and the edition it was judged by', () => {
    const { events } = givenPartner(registered()).when(trained());
    expect(events).toStrictEqual([
      {
        type: 'ComplianceTrainingRecorded',
        data: { completedOn: '2020-05-01', evidence: 'course record' },
        partnerId: 'contoso',
        version: 2,
        at: '2020-06-02T09:00:00.000Z',
        messageId: 'recordComplianceTraining@2020-06-02T09:00:00.000Z',
        actor: partnerAdmin,
        rulebook: '2020-06',
      },
    ]);
  });
  test('alone gives the state', () => {
    const documents = [...renewable].reduce<ReturnType<typeof hearPartner>[]>(
      (heard, told) => [...heard, hearPartner(heard.at(-1)?.after, told)],
      [],
    );
    expect(evolveAllPartner(documents.map(({ document }) => document))).toStrictEqual(documents.at(-1)?.after);
    expect(evolveAllPartner([])).toBeUndefined();
  });
  test('begins with the registration, or it is no record', () => {
    const { events } = givenPartner(registered()).when(trained());
    expect(() => evolvePartner(undefined, events[0]!)).toThrow(
      'the record of contoso begins with ComplianceTrainingRecorded',
    );
    expect(() => previewPartner('contoso', undefined, trained().message, [], partnerFacts)).toThrow(
      'no event, no partner',
    );
  });
  test('a note said twice is two notes', () =>
    givenPartner(registered(), partnerNoted())
      .when(sayAgain(partnerNoted()))
      .thenRecorded({ type: 'NoteAdded', data: { text: 'called the partner' } }));
});

describe('a task of a partner', () => {
  const partner = givenPartner(...renewable);
  const renewal = 'partner:contoso:enrollmentRenewalDue:1';
  const expiring = 'partner:contoso:competencyExpiring:1';
  const claim = (taskId: string, by: Actor = globalAdmin) =>
    tellPartner('claimTask', { taskId }, { on: '2021-05-04', by });
  const release = (taskId: string, by: Actor = operator) =>
    tellPartner('releaseTask', { taskId, note: 'away' }, { on: '2021-05-05', by });
  const resolve = (taskId: string, resolution?: string, by: Actor = partnerAdmin) =>
    tellPartner(
      'resolveTask',
      { taskId, note: 'as agreed', ...(resolution && { resolution }) },
      { on: '2022-10-03', by },
    );

  test.each(PARTNER_TASK_KINDS)('%s says who does what, and the message that resolves it', (kind) => {
    const { title, instructions, role, accountKind } = PARTNER_TASK_RULES[kind];
    expect(title).toMatch(/\w/);
    expect(role).toMatch(/Admin$/);
    expect(accountKind).toBe('Partner Center (work account)');
    expect(instructions).toMatch(/\((updateMembership|renewEnrollment|recordCompetency|signAgreement)\)/);
  });
  test('is claimed by one and released by whoever may act on it', () => {
    const claimed = partner.when(claim(renewal));
    claimed.thenRecorded({ type: 'TaskClaimed', data: { taskId: renewal, claimedBy: 'gil' } });
    claimed.then.when(sayAgain(claim(renewal))).thenQuiet();
    claimed.then.when(claim(renewal, support)).thenRefused({ code: 'task-claimed', detail: `gil works on ${renewal}` });
    const released = claimed.then.when(release(renewal));
    released.thenRecorded({ type: 'TaskReleased', data: { taskId: renewal, note: 'away' } });
    expect(released.after?.openTasks).toStrictEqual(partner.state.openTasks);
    released.then.when(release(renewal)).thenQuiet();
  });
  test('is for its role', () =>
    partner
      .when(claim(renewal, consultant))
      .thenRefused({ code: 'task-of-another-role', detail: `${renewal} is for globalAdmin` }));
  test('that a message resolves is resolved by nothing else', () =>
    partner.when(resolve(renewal, undefined, globalAdmin)).thenRefused({
      code: 'resolution-unknown',
      detail: partner.state.openTasks[0]!.instructions,
      errors: [{ pointer: '/resolution', message: 'one of none: see the instructions' }],
    }));
  test('about a competency may be noted, once', () => {
    const reminded = partnerIn(partner.state).until('2022-10-02');
    const told = resolve(expiring);
    const noted = reminded.when(told);
    noted.thenRecorded({
      type: 'TaskResolved',
      data: { taskId: expiring, kind: 'competencyExpiring', resolution: 'noted', note: 'as agreed' },
    });
    noted.then.when(sayAgain(told)).thenQuiet(told.message.messageId);
    noted.then
      .when(resolve(expiring, 'noted'))
      .thenRefused({ code: 'task-resolved', detail: `${expiring} is resolved` });
    expect(reminded.when(resolve(expiring, 'ignored')).refused?.code).toBe('resolution-unknown');
    expect(reminded.when(resolve(expiring, 'noted', consultant)).refused?.code).toBe('task-of-another-role');
  });
  test('that does not exist is not found', () =>
    partner.when(resolve('partner:contoso:nonsense:1')).thenRefused({
      code: 'task-unknown',
      detail: 'partner:contoso has no task partner:contoso:nonsense:1',
    }));
});
