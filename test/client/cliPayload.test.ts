import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../client/cli/failures';
import { fieldsOf, shapeOf } from '../../client/wording/fields';
import { readPayload, type PayloadSource } from '../../client/cli/payload';
import { payloadSchemas } from '../../contracts/messages';

const reported = payloadSchemas.submitCompletionReport;
const assigned = payloadSchemas.assignVoucher;
const mixed = z.strictObject({ count: z.int(), sure: z.boolean().optional(), tags: z.array(z.string()).optional() });

async function refusal(schema: z.ZodType, source: PayloadSource): Promise<string> {
  const error: unknown = await readPayload(schema, source).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('a payload', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payload-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is given as JSON', async () =>
    expect(await readPayload(payloadSchemas.addNote, { json: '{"text": " hello "}' })).toStrictEqual({
      text: 'hello',
    }));

  test('is given in a file', async () => {
    const file = join(folder, 'note.json');
    await writeFile(file, '{"text": "hello"}');
    expect(await readPayload(payloadSchemas.addNote, { json: true, file })).toStrictEqual({ text: 'hello' });
  });

  test('is given field by field, each in the type of its contract', async () =>
    expect(
      await readPayload(reported, {
        set: [
          'startedOn=2020-09-14',
          'completedOn=2020-09-18',
          'deliveredToCustomerOn=2020-09-18',
          'daysDelivered=4.5',
          'consultantIds=eva.lind, bo',
          'deliverables.0.name=plan.pdf',
          'deliverables.0.kind=customerPlan',
          'summary=a = b',
          'corrects=true',
        ],
      }),
    ).toStrictEqual({
      startedOn: '2020-09-14',
      completedOn: '2020-09-18',
      deliveredToCustomerOn: '2020-09-18',
      daysDelivered: 4.5,
      consultantIds: ['eva.lind', 'bo'],
      deliverables: [{ name: 'plan.pdf', kind: 'customerPlan' }],
      summary: 'a = b',
      corrects: true,
    }));

  test('takes lists and objects as JSON, and false as false', async () => {
    expect(await readPayload(mixed, { set: ['count=0', 'sure=false', 'tags=["a,b"]'] })).toStrictEqual({
      count: 0,
      sure: false,
      tags: ['a,b'],
    });
    expect(
      await readPayload(z.strictObject({ person: z.strictObject({ name: z.string() }) }), {
        set: ['person={"name":"Kim"}'],
      }),
    ).toStrictEqual({ person: { name: 'Kim' } });
  });

  test('in JSON is overridden field by field, its other fields stay', async () =>
    expect(
      await readPayload(z.strictObject({ person: z.strictObject({ name: z.string(), age: z.int() }) }), {
        json: '{"person": {"name": "Kim", "age": 7}}',
        set: ['person.age=8'],
      }),
    ).toStrictEqual({ person: { name: 'Kim', age: 8 } }));

  test('that breaks its contract names every wrong field and its rule', async () =>
    expect(
      await refusal(assigned, {
        json: '{"voucherId": "V 1", "extra": 1, "projectManager": {"name": "Kim", "phone": "1"}}',
        set: [
          'serviceLevelDays=five',
          'offering=DDPS',
          'assignedOn=2020-02-30',
          'voucherAdministratorEmail=a@b.example',
        ],
      }),
    ).toBe(
      [
        'the message is not well-formed; nothing was sent',
        '  voucherId: up to 64 visible characters without spaces',
        '  projectManager.email: must be given',
        '  projectManager.phone: no such field',
        '  serviceLevelDays: Invalid input: expected number, received string',
        '  assignedOn: Invalid ISO date',
        '  extra: no such field',
      ].join('\n'),
    ));

  test.each(['', ' ', 'abc', '{'])(
    'keeps %p for a number or an object as text, which the contract refuses',
    async (text) =>
      expect(
        await refusal(z.strictObject({ count: z.int(), inner: z.strictObject({}) }), {
          set: [`count=${text}`, `inner=${text}`],
        }),
      ).toContain('count: Invalid input: expected number, received string\n  inner: Invalid input: expected object'),
  );

  test('follows rules that join fields', async () =>
    expect(await refusal(payloadSchemas.extendVoucher, { set: ['reason=late'] })).toContain(
      'expiresOn: give either expiresOn or addDays',
    ));

  test.each<[string, PayloadSource, string]>([
    ['a field nobody knows', { set: ['txt=hello'] }, '--set txt: no such field; the message has text'],
    ['a name every object has', { set: ['__proto__.x=1'] }, '--set __proto__.x: no such field; the message has text'],
    ['an assignment without =', { set: ['text'] }, '--set text: write it as field=value'],
    ['JSON and a file', { json: '{}', file: 'x' }, 'give the payload by --json or by --file'],
    ['a file that is not there', { file: '/nowhere/x.json' }, '--file cannot be read: ENOENT'],
    ['rubbish', { json: '{text' }, '--json is not JSON: '],
    ['a list', { json: '[]' }, '--json is not a JSON object'],
  ])('is not built from %s', async (_, source, message) =>
    expect(await refusal(payloadSchemas.addNote, source)).toContain(message),
  );

  test('does not put a field into a text', async () =>
    expect(await refusal(assigned, { json: '{"projectManager": "Kim"}', set: ['projectManager.name=Kim'] })).toBe(
      '--set projectManager.name: projectManager has no fields in the given payload',
    ));
});

describe('the fields of a contract', () => {
  test('are listed in order, with need and rule', () =>
    expect(fieldsOf(shapeOf(payloadSchemas.recordPaymentStatus))).toStrictEqual([
      {
        path: 'status',
        needed: 'required',
        rule: 'submitted | validating | awaitingInvoice | approved | held | sent | paid | rejected | cancelled | denied',
      },
      { path: 'at', needed: 'required', rule: 'instant, YYYY-MM-DDThh:mm:ssZ, a year from 2000 to 2099' },
      { path: 'note', needed: 'optional', rule: 'text, at most 2000 characters' },
      {
        path: 'microsoftReferenceNumber',
        needed: 'optional',
        rule: 'up to 64 visible characters',
      },
      { path: 'invoiceDocument.kind', needed: 'required in invoiceDocument', rule: 'upload | courier' },
      {
        path: 'invoiceDocument.reference',
        needed: 'required in invoiceDocument',
        rule: 'text, at most 200 characters',
      },
    ]));

  test('show lists, numbers, words and addresses as one would type them', () =>
    expect(
      fieldsOf(
        shapeOf(
          z.strictObject({
            ids: z.array(z.string().regex(/^a$/, 'an a')).min(1).max(9),
            items: z.array(z.strictObject({ day: z.iso.date() })).optional(),
            names: z.array(z.string()),
            many: z.int().min(1).max(9),
            much: z.number().positive(),
            any: z.number(),
            sure: z.boolean(),
            yes: z.literal(true),
            mail: z.email(),
          }),
        ),
      ).map(({ path, rule }) => `${path}: ${rule}`),
    ).toStrictEqual([
      'ids: list, comma between: an a (1 to 9)',
      'items.0.day: day, YYYY-MM-DD',
      'names: list, comma between: text',
      'many: whole number, from 1, at most 9',
      'much: number, above 0',
      'any: number',
      'sure: true or false',
      'yes: true',
      'mail: e-mail address',
    ]));
});
