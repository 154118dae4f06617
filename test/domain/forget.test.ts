import { fc, test as property } from '@fast-check/jest';
import type { EngagementEvent, RecordedMessage } from '../../domain/engagement/events';
import { evolveAll } from '../../domain/engagement/evolve';
import { forgetCustomer, forgetMessage, forgetView } from '../../domain/engagement/forget';
import { FORGOTTEN } from '../../domain/forget';
import { viewOf } from '../../domain/engagement/view';
import { anyStory, beginning, happening, type Scene, type Story } from '../support/arbitraries';
import { hear } from '../support/given';
import { noted, path, type Told } from '../support/story';

/** A record, and what was said to make it. */
function recordOf(story: Story): { documents: RecordedMessage[]; told: readonly Told[] } {
  const first = beginning(story);
  const start = hear(undefined, first);
  let scene: Scene = { state: start.after!, now: first.message.at, told: [first] };
  const documents = [documentOf(first, 0, start.events)];
  for (const step of story.steps) {
    const told = happening(step, scene);
    const { events, after } = hear(scene.state, told);
    if (events.length > 0) documents.push(documentOf(told, scene.state.version, events));
    scene = { state: after!, now: told.message.at, told: [...scene.told, told] };
  }
  return { documents, told: scene.told };
}

const documentOf = ({ message }: Told, fromVersion: number, events: EngagementEvent[]): RecordedMessage => ({
  engagementId: 'E-1',
  fromVersion,
  messageId: message.messageId,
  fingerprint: message.fingerprint,
  message: message.name,
  events,
});

const forgotten = (documents: readonly RecordedMessage[]) => documents.map((document) => forgetMessage(document, 'f'));

/** Where people and their words stand in what is said; the id of a customer is a partner's too in these stories. */
const PERSONAL = new Set([
  ...['licensingId', 'voucherAdministratorEmail', 'email', 'name'],
  ...['note', 'text', 'summary', 'outcomes', 'exemptionNote'],
]);

function personalIn(said: unknown): string[] {
  if (typeof said !== 'object' || said === null) return [];
  return Object.entries(said).flatMap(([field, value]) =>
    typeof value === 'string' && PERSONAL.has(field) ? [value] : personalIn(value),
  );
}

property.prop([anyStory], { numRuns: Number(process.env['FC_RUNS'] ?? 100) })(
  'whatever was said, nothing of people or their words stays, neither on record nor in view',
  (story) => {
    const { documents, told } = recordOf(story);
    const kept = forgotten(documents);
    const left = JSON.stringify([kept.map(({ events }) => events), viewOf(evolveAll(kept)!)]);
    for (const { message } of told) for (const word of personalIn(message.payload)) expect(left).not.toContain(word);
  },
);

property.prop([anyStory], { numRuns: Number(process.env['FC_RUNS'] ?? 100) })(
  'the ledger stays whole: stage, versions, days, amounts, invoices, numbers and digests',
  (story) => {
    const { documents } = recordOf(story);
    const ledger = (given: readonly RecordedMessage[]) => {
      const {
        stage,
        version,
        paymentRequest: asked,
        redemption,
        deadlines,
        atRisk,
        partnerId,
      } = evolveAll([...given])!;
      const { rejection, ...request } = asked ?? {};
      const paymentRequest = { ...request, ...(rejection && { rejection: rejection.code }) };
      const stamps = given.flatMap(({ events }) => events.map(({ data: _data, ...stamp }) => stamp));
      return { stage, version, paymentRequest, redemption, deadlines, atRisk, partnerId, stamps };
    };
    expect(ledger(forgotten(documents))).toStrictEqual(ledger(documents));
    const digests = (given: readonly RecordedMessage[]) =>
      JSON.stringify(given.flatMap(({ events }) => events)).match(/[0-9a-f]{64}/g);
    expect(digests(forgotten(documents))).toStrictEqual(digests(documents));
  },
);

property.prop([anyStory], { numRuns: Number(process.env['FC_RUNS'] ?? 100) })(
  'what a workflow knows is shown as if it had learned it from the forgotten record',
  (story) => {
    const { documents } = recordOf(story);
    expect(forgetView(viewOf(evolveAll(documents)!))).toStrictEqual(viewOf(evolveAll(forgotten(documents))!));
  },
);

const canary = 'words about Vera';

test.each<[EngagementEvent['type'], object]>([
  ['VoucherProblemReported', { problem: 'emailNotForwarded', note: canary }],
  ['VoucherReserved', { reservation: { locationId: 'contoso-se', exemptionNote: canary } }],
  [
    'ReservationCancelled',
    { reason: canary, withdrawnReport: { summary: canary, outcomes: canary, deliverables: [] } },
  ],
  ['VoucherExtended', { expiresOn: '2020-12-31', reason: canary }],
  ['PaymentWindowLapsed', { note: canary }],
  ['EngagementCancelled', { reason: canary, reasonCode: 'other' }],
  ['RulesAdopted', { reason: canary }],
  ['EngagementTransferred', { partnerId: 'fabrikam', reason: canary }],
  ['NoteAdded', { text: canary }],
  ['DeadlineReminded', { kind: 'plannedEnd', about: canary }],
  ['TaskClaimed', { taskId: 't', note: canary }],
  ['TaskReleased', { taskId: 't', note: canary }],
  ['TaskResolved', { taskId: 't', note: canary }],
  [
    'MessageRefused',
    { refusal: { code: 'wrong-stage', detail: canary, errors: [{ pointer: '/x', message: canary }] } },
  ],
  ['PaymentRequestSubmitted', { reference: 'r', note: canary }],
  ['PaymentStatusChanged', { reference: 'r', note: canary }],
  ['PaymentStatusChanged', { reference: 'r', status: 'rejected', rejection: { code: 'V17', message: canary } }],
  ['PaymentDenied', { note: canary }],
  ['PaymentRequestCorrected', { reference: 'r', reason: canary }],
])('of %s the words go, and nothing else', (type, data) => {
  const { data: left } = forgetCustomer({ type, data } as EngagementEvent);
  const blank = (given: object) => JSON.stringify(given).replaceAll(canary, FORGOTTEN);
  expect(JSON.parse(blank(data))).toStrictEqual(left);
});

test('forgetting twice is forgetting once', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      const once = forgotten(recordOf(story).documents);
      expect(forgotten(once)).toStrictEqual(once);
    }),
    { numRuns: 20 },
  );
});

test('what is left of a paid engagement says so', () => {
  const documents: RecordedMessage[] = [];
  for (const told of [...path.paid, noted()]) {
    const before = documents.length > 0 ? evolveAll(documents) : undefined;
    documents.push(documentOf(told, before?.version ?? 0, hear(before, told).events));
  }
  const { customer, ...view } = viewOf(evolveAll(forgotten(documents))!);
  expect(customer).toStrictEqual({ name: FORGOTTEN, country: 'SE' });
  expect(view).toMatchObject({
    voucher: {
      voucherAdministratorEmail: 'forgotten@example.invalid',
      projectManager: { name: FORGOTTEN, email: 'forgotten@example.invalid' },
    },
    completionReport: { summary: FORGOTTEN, deliverables: [{ name: FORGOTTEN, kind: 'customerPlan' }] },
  });
});
