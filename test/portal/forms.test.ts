import { Readable } from 'node:stream';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { suggested, suggestedOfPartner, type Catalogue } from '../../client/portal/forms/suggestions';
import { fieldsOf, type Field } from '../../client/portal/forms/fields';
import { ENGAGEMENT_FORMS, PARTNER_FORMS, START, type FormMessage } from '../../client/portal/forms/messages';
import { payloadIn, saidIn } from '../../client/portal/forms/payload';
import { shapeOf } from '../../client/wording/fields';
import { MESSAGE_HELP, type RoutedMessage } from '../../client/wording/messages';
import { PARTNER_MESSAGE_HELP, type RoutedPartnerMessage } from '../../client/wording/partnerMessages';
import type { EngagementView } from '../../contracts/engagement';
import { payloadSchemas } from '../../contracts/messages';
import { partnerPayloadSchemas } from '../../contracts/partner';
import { dayOf } from '../../domain/days';
import { UploadRefused } from '../../records/deliverables';
import { summaryOf } from '../../records/partnerRows';
import { partnerAdmin, PARTNER, VIEW } from '../client/rig';
import { form, openPortal, textOf } from './portalRig';

const contoso = { claims: partnerAdmin('contoso') };
const keyIn = (page: string) => /name="key" value="([^"]+)"/.exec(page)?.[1];

const voucher: EngagementView['voucher'] = {
  voucherId: 'V-1',
  voucherAdministratorEmail: 'vera@tailspin.example',
  projectManager: { name: 'Per', email: 'per@tailspin.example' },
  offering: 'DDPS',
  serviceLevelDays: 5,
  assignedOn: '2020-07-01',
  expiresOn: '2020-12-28',
};
const assigned: EngagementView = {
  ...VIEW,
  stage: 'voucherAssigned',
  voucher,
  awaiting: { message: 'reserveVoucher', from: 'partnerAdmin' },
};

describe('made from a contract, a form', () => {
  const examples: [string, unknown, z.ZodType][] = [
    ...[...ENGAGEMENT_FORMS.keys()].map((name): [string, unknown, z.ZodType] => [
      name,
      MESSAGE_HELP[name as RoutedMessage].example,
      payloadSchemas[name as RoutedMessage],
    ]),
    ...[...PARTNER_FORMS.keys()].map((name): [string, unknown, z.ZodType] => [
      name,
      PARTNER_MESSAGE_HELP[name as RoutedPartnerMessage].example,
      partnerPayloadSchemas[name as RoutedPartnerMessage],
    ]),
  ];

  test.each(examples)('says %s as it is written in a payload, and back', (_, example, schema) => {
    const payload = payloadIn(shapeOf(schema), saidIn(example));
    expect(payload).toStrictEqual(example);
    expect(schema.safeParse(payload).success).toBe(true);
  });

  test.each([...ENGAGEMENT_FORMS.values(), ...PARTNER_FORMS.values()])(
    'for $name has a field for each value',
    (form) => {
      const { shape } = form;
      const fields = fieldsOf(form, {});
      expect(fields.map(({ path }) => path)).toStrictEqual(Object.keys(shape.properties ?? {}));
      expect(fields.filter(({ required }) => required).map(({ path }) => path)).toStrictEqual(shape.required ?? []);
    },
  );

  test('asks for each kind of value in the browser’s own way', () => {
    const controls = (asked: FormMessage) =>
      Object.fromEntries(
        fieldsOf(asked, { consultantIds: [{ value: 'eva', text: 'Eva' }] }).map(({ path, control }) => [path, control]),
      );
    expect(controls(ENGAGEMENT_FORMS.get('submitCompletionReport')!)).toStrictEqual({
      startedOn: 'date',
      completedOn: 'date',
      deliveredToCustomerOn: 'date',
      daysDelivered: 'number',
      offSiteDays: 'number',
      consultantIds: 'checkboxes',
      deliverables: 'rows',
      summary: 'textarea',
      outcomes: 'textarea',
      corrects: 'checkbox',
    });
    expect(controls(ENGAGEMENT_FORMS.get('recordPaymentStatus')!)).toStrictEqual({
      status: 'select',
      at: 'datetime-local',
      note: 'textarea',
      microsoftReferenceNumber: 'text',
      invoiceDocument: 'group',
    });
    expect(controls(PARTNER_FORMS.get('updateBusinessProfile')!)).toMatchObject({
      website: 'url',
      contactEmail: 'email',
      countries: 'text',
    });
  });

  describe('helps to fill in', () => {
    const within = (fields: readonly Field[]): Field[] =>
      fields.flatMap((field) => [field, ...within(field.fields ?? [])]);
    const everyField = [START, ...ENGAGEMENT_FORMS.values(), ...PARTNER_FORMS.values()].flatMap((message) =>
      within(fieldsOf(message, {})).map((field) => ({ message: message.name, ...field })),
    );
    const hintsFor = (name: string) =>
      Object.fromEntries(
        everyField
          .filter(({ path }) => path.split('.').at(-1) === name)
          .map(({ message, path, hint }) => [`${message}.${path}`, hint]),
      );

    test('a last day by what its message makes of it', () =>
      expect(hintsFor('expiresOn')).toStrictEqual({
        'assignVoucher.expiresOn': 'Left empty, it follows from the programme’s rule.',
        'replaceVoucher.expiresOn': 'Left empty, it follows from the programme’s rule.',
        'extendVoucher.expiresOn': 'The new last day; leave it empty to give the days to add.',
        'recordCompetency.expiresOn': 'The last day on which it counts.',
      }));

    test('a country of delivery by what it is when nobody says', () =>
      expect(hintsFor('deliveryCountry')).toStrictEqual({
        'reserveVoucher.deliveryCountry': 'Two capital letters, such as SE; the customer’s country if left empty.',
        'correctPaymentRequest.changes.deliveryCountry':
          'Two capital letters, such as SE; it stays as it is if left empty.',
      }));

    test('and tells nobody to leave empty what is needed', () => {
      const needed = everyField.filter(({ required, control }) => required && control !== 'rows');
      expect(needed.filter(({ hint = '' }) => hint.toLowerCase().includes('left empty'))).toStrictEqual([]);
    });
  });

  test('leaves out what is left empty, and leaves to the contract what does not fit', () => {
    const shape = shapeOf(
      z.strictObject({
        count: z.int(),
        met: z.boolean(),
        at: z.iso.datetime(),
        rows: z.array(z.strictObject({ name: z.string(), on: z.string().optional() })),
        note: z.string().optional(),
      }),
    );
    const said = {
      count: 'five',
      met: 'perhaps',
      at: '2020-07-01T08:00',
      'rows.4.name': 'second',
      'rows.2.name': 'first',
      'rows.2.on': '',
      'rows.7.name': ' ',
      note: ' ',
    };
    expect(payloadIn(shape, said)).toStrictEqual({
      count: 'five',
      met: 'perhaps',
      at: '2020-07-01T08:00Z',
      rows: [{ name: 'first' }, { name: 'second' }],
    });
    expect(payloadIn(shape, { met: 'false', count: '5' })).toStrictEqual({ met: false, count: 5, rows: [] });
  });
});

describe('days that are filled in already', () => {
  const now = '2020-07-01T23:30:00.000Z';
  const catalogue = { engagementTypes: [] } as unknown as Catalogue;

  test.each([
    ['+00:00', '2020-07-01'],
    ['+01:00', '2020-07-02'],
  ])('are those of the programme at %s', (utcOffset, today) => {
    expect(suggested('redeemVoucher', VIEW, catalogue, { now, utcOffset })).toStrictEqual({ redeemedOn: today });
    expect(suggested('assignVoucher', VIEW, catalogue, { now, utcOffset })).toMatchObject({ assignedOn: today });
    expect(suggestedOfPartner('signAgreement', PARTNER, { now, utcOffset })).toStrictEqual({
      signedOn: today,
      policiesReviewedOn: today,
    });
  });

  test.each(['+14:00', '-12:00'])('are those of the API’s offset, %s', async (utcOffset) => {
    const { visit } = await openPortal({ dependencies: { utcOffset } });
    const today = () => dayOf(new Date().toISOString(), utcOffset);
    const before = today();
    const pages = [
      await visit('/portal/engagements/E-1/messages/redeemVoucher', contoso),
      await visit('/portal/partners/contoso/messages/signAgreement', {
        claims: { ...contoso.claims, roles: ['globalAdmin'] },
      }),
    ];
    const days = pages.map(({ body }) => /type="date"[^>]*value="([\d-]+)"/.exec(body)?.[1]);
    expect([
      [before, before],
      [today(), today()],
    ]).toContainEqual(days);
  });
});

describe('a form of an engagement', () => {
  const open = (more: Parameters<typeof openPortal>[0] = {}) =>
    openPortal({ ...more, records: { engagements: { view: async () => assigned }, ...more.records } });
  const address = '/portal/engagements/E-1/messages/reserveVoucher';
  const fields = {
    key: 'k-1',
    voucherId: 'V-1',
    voucherAdministratorEmail: 'vera@tailspin.example',
    locationId: 'contoso-se',
    scheduledStart: '2020-08-01',
    scheduledEnd: '2020-08-05',
    consultantIds: ['eva.lind', 'max.berg'],
    termsAccepted: 'true',
  };

  test('offers what the partner’s record has, and holds what is known already', async () => {
    const { visit } = await open();
    const { body } = await visit(address, contoso);
    expect(body).toContain('value="vera@tailspin.example"');
    for (const { locationId } of PARTNER.locations) expect(body).toContain(`<option value="${locationId}">`);
    for (const { consultantId } of PARTNER.consultants) expect(body).toContain(`value="${consultantId}"`);
    expect(keyIn(body)).toMatch(/^[\da-f-]{36}$/);
  });

  test('says its message, under the key that was made with the page, in the name of who is signed in', async () => {
    const { visit, sent } = await open();
    const answer = await visit(address, { ...contoso, method: 'POST', ...form(fields) });
    expect([answer.statusCode, answer.headers.location]).toStrictEqual([
      303,
      '/portal/engagements/E-1?said=reserveVoucher&key=k-1',
    ]);
    const { key, termsAccepted, ...texts } = fields;
    expect(sent).toMatchObject([
      {
        id: 'E-1',
        name: 'reserveVoucher',
        envelope: {
          messageId: `tenant:contoso:${key}`,
          actor: { subject: 'paula', role: 'partnerAdmin', partnerId: 'contoso' },
          payload: { ...texts, termsAccepted: termsAccepted === 'true' },
        },
      },
    ]);
  });

  test('that is accepted without a verdict leads to a page that tells what became of it', async () => {
    const messageStatus = jest
      .fn()
      .mockResolvedValueOnce({ status: 'pending' })
      .mockResolvedValueOnce({
        status: 'refused',
        reason: { code: 'x', detail: 'The location is in another country.' },
      })
      .mockResolvedValueOnce({ status: 'applied' });
    const { visit } = await open({
      outcome: { kind: 'accepted' },
      records: { engagements: { view: async () => assigned, timeline: async () => [], messageStatus } },
    });
    const { headers } = await visit(address, { ...contoso, method: 'POST', ...form(fields) });
    expect(headers.location).toBe('/portal/engagements/E-1?said=reserveVoucher&key=k-1');
    const told = async () => textOf((await visit(headers.location!, contoso)).body);
    expect(await told()).toContain('… Reserve voucher: sent, and not on record yet. Look again');
    expect(await told()).toContain('✗ Reserve voucher: refused. The location is in another country.');
    expect(await told()).toContain('✓ Reserve voucher: done.');
  });

  test('is confirmed by the record alone: a link without a key claims nothing', async () => {
    const { visit } = await open({
      records: { engagements: { view: async () => assigned, timeline: async () => [] } },
    });
    for (const link of ['said=redeemVoucher', 'said=redeemVoucher&key=', 'said=%3Cb%3E&key=k-1', 'key=k-1'])
      expect((await visit(`/portal/engagements/E-1?${link}`, contoso)).body).not.toContain('role="status"');
  });

  test('that breaks the contract comes back as it was filled in, with each error beside its field, under a new key', async () => {
    const { visit, sent } = await open();
    const wrong = { ...fields, scheduledStart: 'soon', deliveryCountry: 'Sweden', locationId: '' };
    const { statusCode, body } = await visit(address, { ...contoso, method: 'POST', ...form(wrong) });
    expect([statusCode, sent]).toStrictEqual([400, []]);
    expect(body).toContain('<p class="error" id="deliveryCountry-error">two capital letters (ISO 3166-1)</p>');
    expect(body).toContain('aria-describedby="deliveryCountry-hint deliveryCountry-error"');
    expect(body).toMatch(/id="deliveryCountry"[^>]*aria-invalid/);
    expect(body).toContain('id="scheduledStart-error"');
    expect(body).toContain('id="locationId-error"');
    expect(body).toContain('value="Sweden"');
    expect(body).toMatch(/value="eva.lind" checked/);
    expect(keyIn(body)).not.toBe('k-1');
  });

  test('that a rule refuses says the rule, what is awaited and where to read more', async () => {
    const { visit } = await open({
      outcome: {
        kind: 'refused',
        refusal: {
          code: 'wrong-stage',
          detail: 'the engagement is reserved',
          errors: [{ pointer: '/consultantIds/1', message: 'is not qualified' }],
          awaiting: { message: 'submitCompletionReport', from: 'consultant' },
        },
      },
    });
    const { statusCode, body } = await visit(address, { ...contoso, method: 'POST', ...form(fields) });
    expect(statusCode).toBe(409);
    expect(textOf(body)).toContain(
      'Not in this stage the engagement is reserved The rule: The steps of an engagement follow one another. What is awaited now: submitCompletionReport from consultant.',
    );
    expect(body).toContain('<p class="error" id="consultantIds-error">is not qualified</p>');
    expect(body).toContain('href="/problems/wrong-stage"');
  });

  test.each([
    [429, { kind: 'busy' as const }],
    [503, { kind: 'unavailable' as const, cause: new Error('away') }],
  ])('that could not be said (%d) keeps its key: said again it is the same message', async (status, outcome) => {
    const { visit } = await open({ outcome });
    const { statusCode, body } = await visit(address, { ...contoso, method: 'POST', ...form(fields) });
    expect([statusCode, keyIn(body)]).toStrictEqual([status, 'k-1']);
  });

  test('that corrects names the version that was read, and reads it anew when it has changed', async () => {
    const { visit } = await open();
    const operators = '/portal/engagements/E-1/messages/extendVoucher';
    const { body } = await visit(operators);
    expect(body).toContain('name="ifMatch" value="&quot;3&quot;"');
    const stale = form({ key: 'k-1', ifMatch: '"2"', addDays: '90', reason: 'extension' });
    const again = await visit(operators, { method: 'POST', ...stale });
    expect(again.statusCode).toBe(412);
    expect(again.body).toContain('name="ifMatch" value="&quot;3&quot;"');
  });

  test('is only offered to those who may say it now', async () => {
    const { visit } = await open({
      records: { engagements: { view: async () => assigned, timeline: async () => [] } },
    });
    const offered = async (claims: JWTPayload) =>
      [...(await visit('/portal/engagements/E-1', { claims })).body.matchAll(/messages\/(\w+)"/g)].map(
        ([, name]) => name,
      );
    const consultant = { ...partnerAdmin('contoso'), roles: ['consultant'] };
    expect(new Set(await offered(consultant))).toStrictEqual(new Set(['addNote']));
    expect((await offered(contoso.claims))[0]).toBe('reserveVoucher');
    expect(await offered(contoso.claims)).not.toContain('extendVoucher');
    expect(await offered({})).toContain('extendVoucher');
  });
});

describe('a completion report with files', () => {
  const reserved: EngagementView = { ...assigned, stage: 'reserved' };
  const address = '/portal/engagements/E-1/messages/submitCompletionReport';

  /** A form as a browser sends it with files. */
  function multipart(parts: [name: string, value: string, file?: string][]) {
    const lines = parts.flatMap(([name, value, file]) => [
      '--boundary',
      `content-disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"`}`,
      ...(file === undefined ? [] : ['content-type: application/pdf']),
      '',
      value,
    ]);
    return {
      headers: { 'content-type': 'multipart/form-data; boundary=boundary', 'sec-fetch-site': 'same-origin' },
      payload: [...lines, '--boundary--', ''].join('\r\n'),
    };
  }

  const open = (upload: (upload: { name: string; stream: AsyncIterable<Uint8Array> }) => Promise<object>) =>
    openPortal({
      records: {
        engagements: { view: async () => reserved },
        deliverables: { find: async () => undefined, upload: upload as never },
      },
    });
  const kept = async ({ name, stream }: { name: string; stream: AsyncIterable<Uint8Array> }) => {
    let size = 0;
    for await (const piece of stream) size += piece.length;
    return { name, size, sha256: 'a'.repeat(64) };
  };

  test('uploads each file that was chosen, under a name that deliverables may have', async () => {
    const uploaded: unknown[] = [];
    const { visit, sent } = await open(async (file) => {
      const done = await kept(file);
      uploaded.push(done);
      return done;
    });
    const { statusCode } = await visit(address, {
      ...contoso,
      method: 'POST',
      ...multipart([
        ['key', 'k-1'],
        ['consultantIds', 'eva.lind'],
        ['consultantIds', 'max.berg'],
        ['deliverables.0.name', 'earlier.pdf'],
        ['deliverables.0.kind', 'customerPlan'],
        ['deliverables.1.kind', 'supporting'],
        ['customerPlan', 'the plan', 'Plan für Åre.pdf'],
        ['supporting', '', ''],
        ['whatever', 'ignored', 'x.pdf'],
      ]),
    });
    // The days are missing; the file is kept all the same.
    expect([statusCode, sent]).toStrictEqual([400, []]);
    expect(uploaded).toStrictEqual([{ name: 'Plan-fur-Are.pdf', size: 8, sha256: 'a'.repeat(64) }]);
  });

  test('keeps what was uploaded when the rest is refused, and asks for it no more', async () => {
    const { visit } = await open(kept);
    const { body } = await visit(address, {
      ...contoso,
      method: 'POST',
      ...multipart([
        ['key', 'k-1'],
        ['summary', 'Three waves.'],
        ['customerPlan', 'the plan', 'plan.pdf'],
      ]),
    });
    expect(body).toContain('name="deliverables.0.name" value="plan.pdf" checked');
    expect(textOf(body)).toContain('plan.pdf is uploaded');
    expect(body).toContain('>Three waves.</textarea>');
  });

  test.each([
    ['計画.docx', 'deliverable-1.docx'],
    ['計画', 'deliverable-1'],
    ['../../plan.pdf', 'plan.pdf'],
    ['.notes', 'notes'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(75)}.pdf`],
    [`x.${'y'.repeat(300)}`, `x.${'y'.repeat(20)}`],
  ])('calls %s what deliverables may be called: %s', async (given, name) => {
    const { visit } = await open(kept);
    const { body } = await visit(address, { ...contoso, method: 'POST', ...multipart([['customerPlan', 'x', given]]) });
    expect(body).toContain(`name="deliverables.0.name" value="${name}" checked`);
  });

  test('gives each of its files a name of its own, and loses none', async () => {
    const uploaded: string[] = [];
    const { visit } = await open(async (file) => {
      uploaded.push(file.name);
      return kept(file);
    });
    const { body } = await visit(address, {
      ...contoso,
      method: 'POST',
      ...multipart([
        ['deliverables.4.name', 'plan.pdf'],
        ['deliverables.4.kind', 'customerPlan'],
        ['customerPlan', 'the plan', 'plan.pdf'],
        ['supporting', 'one', '計画.docx'],
        ['supporting', 'two', '概要.docx'],
        ['supporting', 'three', 'plan.pdf'],
      ]),
    });
    const names = ['plan-2.pdf', 'deliverable-3.docx', 'deliverable-4.docx', 'plan-3.pdf'];
    expect(uploaded).toStrictEqual(names);
    expect(
      [...body.matchAll(/name="deliverables\.\d\.name" value="([^"]+)" checked/g)].map(([, name]) => name),
    ).toStrictEqual(['plan.pdf', ...names]);
  });

  test('may send each file by itself; the answer is how it stands in the form', async () => {
    const { visit, sent } = await open(kept);
    const { statusCode, body } = await visit('/portal/engagements/E-1/deliverables', {
      ...contoso,
      method: 'POST',
      ...multipart([
        ['deliverables.4.name', 'plan.pdf'],
        ['deliverables.4.kind', 'customerPlan'],
        ['supporting', 'one', 'plan.pdf'],
      ]),
    });
    expect([statusCode, sent]).toStrictEqual([200, []]);
    expect(body).toBe(
      '<label class="choice"><input type="checkbox" name="deliverables.5.name" value="plan-2.pdf" checked/>' +
        '<input type="hidden" name="deliverables.5.kind" value="supporting"/>plan-2.pdf is uploaded</label>',
    );
  });

  test('is told when a file by itself is refused', async () => {
    const { visit } = await open(async () => {
      throw new UploadRefused('tooLarge', 'too large');
    });
    const { statusCode, body } = await visit('/portal/engagements/E-1/deliverables', {
      ...contoso,
      method: 'POST',
      ...multipart([['supporting', 'one', 'plan.pdf']]),
    });
    expect([statusCode, body.includes('class="problem"')]).toStrictEqual([413, true]);
  });

  test.each(['messages/submitCompletionReport', 'deliverables'])(
    'whose files are more than arrives in time is refused by %s before anything is read',
    async (where) => {
      const { visit } = await open(async () => {
        throw new Error('this was read');
      });
      const { headers, payload } = multipart([['supporting', 'one', 'plan.pdf']]);
      const { statusCode, body } = await visit(`/portal/engagements/E-1/${where}`, {
        ...contoso,
        method: 'POST',
        headers: { ...headers, 'content-length': String(27 * 1024 * 1024) },
        payload,
      });
      expect(statusCode).toBe(413);
      expect(textOf(body)).toContain('the files of one form have at most 25 MB together');
    },
  );

  test('with a file that does not say how long it is, and never ends, is told how much it may have', async () => {
    const { visit } = await open(kept);
    const { headers, payload } = multipart([['another', 'x'.repeat(27 * 1024 * 1024), 'plan.pdf']]);
    const { statusCode, body } = await visit(address, {
      ...contoso,
      method: 'POST',
      headers,
      payload: Readable.from([payload]),
    });
    expect(statusCode).toBe(413);
    expect(textOf(body)).toContain('the files of one form have at most 25 MB together');
  });

  test.each<[string, number, string, string | undefined]>([
    ['files', 21, 'one form has at most 20 files; send the others later', 'plan.pdf'],
    ['fields', 301, 'one form has at most 300 fields', undefined],
  ])('with too many %s is told how many it may have', async (_what, count, told, file) => {
    const { visit } = await open(kept);
    const parts = Array.from({ length: count }, (): [string, string, string?] => ['supporting', 'x', file]);
    const { statusCode, body } = await visit(address, { ...contoso, method: 'POST', ...multipart(parts) });
    expect(statusCode).toBe(413);
    expect(textOf(body)).toContain(told);
  });

  test('is not sent when a file is refused; nothing that was filled in is lost', async () => {
    const { visit, sent } = await open(async () => {
      throw new UploadRefused('tooLarge', 'too large');
    });
    const { statusCode, body } = await visit(address, {
      ...contoso,
      method: 'POST',
      ...multipart([
        ['key', 'k-1'],
        ['summary', 'Three waves.'],
        ['customerPlan', 'the plan', 'plan.pdf'],
      ]),
    });
    expect([statusCode, sent]).toStrictEqual([413, []]);
    expect(textOf(body)).toContain('a deliverable has at most 25 MB');
    expect(body).toContain('>Three waves.</textarea>');
    expect(body).not.toContain('plan.pdf is uploaded');
  });
});

describe('a partner', () => {
  const records = { partners: { timeline: async () => [] } };

  test('is told what became of what was put, and not of what somebody else said to it meanwhile', async () => {
    const event = {
      partnerId: 'contoso',
      rulebook: '2020-06',
      version: 8,
      type: 'NoteAdded',
      messageId: 'tenant:contoso:of-a-colleague',
      data: { text: 'x' },
    };
    const timeline = async () => [{ ...event, at: VIEW.startedAt, actor: { subject: 'paula', role: 'partnerAdmin' } }];
    const messageStatus = jest.fn().mockResolvedValue({ status: 'applied' });
    const { visit, sent } = await openPortal({ records: { partners: { timeline: timeline as never, messageStatus } } });
    const { headers } = await visit('/portal/partners/contoso/messages/updateBusinessProfile', {
      ...contoso,
      method: 'POST',
      ...form({
        ifMatch: '"7"',
        headline: 'Plans',
        description: 'Plans that hold.',
        website: 'https://contoso.example',
        countries: 'SE',
        offerings: 'DDPS',
        contactEmail: 'planning@contoso.example',
      }),
    });
    const { messageId } = sent[0]!.envelope;
    expect(headers.location).toMatch(/^\/portal\/partners\/contoso\?said=updateBusinessProfile&key=[0-9a-f]{64}$/);
    expect(messageId).toBe(`tenant:contoso:${headers.location?.slice(-64)}`);
    expect(textOf((await visit(headers.location!, contoso)).body)).toContain('✓ Update business profile: done.');
    expect(messageStatus.mock.calls).toStrictEqual([['contoso', messageId]]);
  });

  test('sees its check marks by step, and by engagement type what is missing', async () => {
    const { visit } = await openPortal({ records });
    const text = textOf((await visit('/portal/partners/contoso', contoso)).body);
    expect(text).toMatch(/Step 1: verify eligibility ✓ MPN membership .* Step 2: enroll .* Step 3: business profile/);
    expect(text).toContain('Windows and Office Deployment Planning');
    expect(text).toMatch(/○ \S/);
  });

  test('is told of in forms, each under its own key or of its version', async () => {
    const { visit, sent } = await openPortal({ records });
    const post = (name: string, fields: Record<string, string | string[]>) =>
      visit(`/portal/partners/contoso/messages/${name}`, { ...contoso, method: 'POST', ...form(fields) });
    const consultant = await post('recordConsultant', {
      key: 'k-1',
      consultantId: 'nina',
      name: 'Nina',
      'assessments.0.code': '',
      'assessments.0.competency': '',
      'assessments.0.passedOn': '',
    });
    expect(consultant.headers.location).toBe('/portal/partners/contoso?said=recordConsultant&key=k-1');
    await post('updateBusinessProfile', {
      ifMatch: '"7"',
      headline: 'Plans',
      description: 'Plans that hold.',
      website: 'https://contoso.example',
      countries: 'SE, DE',
      offerings: ['DDPS', 'SDPS'],
      contactEmail: 'planning@contoso.example',
    });
    expect(sent).toMatchObject([
      { name: 'recordConsultant', envelope: { payload: { consultantId: 'nina', name: 'Nina', assessments: [] } } },
      {
        name: 'updateBusinessProfile',
        envelope: { payload: { countries: ['SE', 'DE'], offerings: ['DDPS', 'SDPS'] } },
      },
    ]);
    const wrong = await post('addLocation', {
      key: 'k-2',
      locationId: 'contoso-fi',
      country: 'Finland',
      name: 'Helsinki',
    });
    expect(wrong.statusCode).toBe(400);
    expect(wrong.body).toContain('id="country-error"');
  });

  test('is registered by an operator on a form about nobody yet', async () => {
    const { visit } = await openPortal({ records });
    const begun = await visit('/portal/partners?register=tailspin');
    expect(begun.headers.location).toBe('/portal/partners/tailspin/messages/updateMembership');
    const page = await visit(begun.headers.location!);
    expect(page.statusCode).toBe(200);
    expect(textOf(page.body)).toContain('Update membership');
    expect((await visit('/portal/partners/tailspin')).statusCode).toBe(404);
  });

  test('is found by how its name begins, page by page', async () => {
    const list = jest.fn(async () => ({ items: [{ ...summaryOf(PARTNER), openTasks: 2 }], next: 'bmV4dA' }));
    const { visit } = await openPortal({ records: { partners: { list } } });
    const { body } = await visit('/portal/partners?name=Con');
    expect(list.mock.calls).toStrictEqual([[{ name: 'Con', limit: 50 }]]);
    expect(textOf(body)).toMatch(/contoso\s+Contoso Services\s+1234567\s+2\b/);
    expect(body).toContain('<a href="/portal/partners/contoso">');
    expect(body).toContain('value="Con"');
    expect(body).toContain('href="/portal/partners?name=Con&amp;after=bmV4dA"');
    expect(textOf(body)).toContain('Register a new one');
  });

  test.each([
    ['whoever sees every partner is told when there is none', { roles: ['support'] }, 'Nothing found.', true],
    ['whoever may not register one is not offered it', { roles: ['support'] }, 'Register a new one', false],
  ])('%s', async (_title, claims, text, isShown) => {
    const { visit } = await openPortal({ records: { partners: { list: async () => ({ items: [] }) } } });
    const { body } = await visit('/portal/partners', { claims });
    expect(textOf(body).includes(text)).toBe(isShown);
  });
});

test('an engagement is started by a form, which comes back when it is refused', async () => {
  const { visit } = await openPortal();
  const page = await visit('/portal/engagements/new', contoso);
  expect(page.body).toContain('<option value="contoso" selected');
  const refused = await visit('/portal/engagements/new', {
    ...contoso,
    method: 'POST',
    ...form({ key: 'k-1', partnerId: 'contoso', engagementType: 'windowsOffice', 'customer.name': 'Tailspin' }),
  });
  expect(refused.statusCode).toBe(400);
  expect(refused.body).toContain('id="customer.country-error"');
  expect(refused.body).toContain('value="Tailspin"');
});

test('what the portal cannot do is a page, and no inside of it is told', async () => {
  const { visit } = await openPortal({
    records: {
      tasks: {
        list: async () => {
          throw new Error('the inside');
        },
      },
    },
  });
  const answer = await visit('/portal/tasks');
  expect([answer.statusCode, answer.body.includes('the inside')]).toStrictEqual([500, false]);
  expect(answer.body).toContain('role="alert"');
});
