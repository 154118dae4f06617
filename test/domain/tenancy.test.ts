import type { Actor } from '../../contracts/messages';
import { PARTNER_ROLES } from '../../contracts/names';
import { refusePartnerRole } from '../../domain/partner/roles';
import { refuseForeign } from '../../domain/tenancy';
import { givenBatch } from '../support/batchGiven';
import { batchPath, tellBatch } from '../support/batchStory';
import { given } from '../support/given';
import { again, operator, partnerAdmin, path, reserved, started, tell, transferred } from '../support/story';

const northwind = (role: Actor['role']): Actor => ({ subject: 'nora', role, partnerId: 'northwind' });
const foreign = {
  code: 'role-not-allowed' as const,
  detail: "this is not northwind's, for whom this partnerAdmin speaks",
};

test.each([...PARTNER_ROLES])('a %s speaks about what is their own partner’s', (role) => {
  expect(refuseForeign(northwind(role), 'northwind')).toBeUndefined();
  expect(refuseForeign(northwind(role), 'contoso')?.code).toBe('role-not-allowed');
});

test.each<Actor>([
  operator,
  { subject: 'sven', role: 'support' },
  { subject: 'system', role: 'system' },
  { subject: 'unknown', role: 'operator', via: 'temporal' },
])('$role $via speaks about everybody’s', (actor) => expect(refuseForeign(actor, 'contoso')).toBeUndefined());

test('an engagement hears of no other partner, whatever the message', () => {
  const note = tell('addNote', { text: 'ours?' }, { on: '2020-07-11', by: northwind('partnerAdmin') });
  given(...path.reserved)
    .when(note)
    .thenRefused(foreign);
});

test('a message that was under way while its engagement was transferred is refused, also when it is a repeat', () => {
  const moved = given(...path.reserved, transferred({}, { on: '2020-07-11' }));
  const late = tell(
    'reschedule',
    { scheduledStart: '2020-07-20', scheduledEnd: '2020-07-24' },
    { on: '2020-07-12', by: partnerAdmin },
  );
  const detail = "this is not contoso's, for whom this partnerAdmin speaks";
  moved.when(late).thenRefused({ code: 'role-not-allowed', detail });
  moved.when(again(reserved())).thenRefused({ code: 'role-not-allowed', detail });
});

test('nobody starts an engagement for another partner', () =>
  given()
    .when(started({}, { on: '2020-07-01', by: northwind('partnerAdmin') }))
    .thenRefused(foreign));

test('a batch hears of no other partner', () =>
  givenBatch(...batchPath.collecting)
    .when(tellBatch('addNote', { text: 'ours?' }, { on: '2020-08-11', by: northwind('partnerAdmin') }))
    .thenRefused(foreign));

test('a partner hears of no other partner', () =>
  expect(refusePartnerRole('addNote', northwind('partnerAdmin'), 'contoso')).toMatchObject(foreign));
