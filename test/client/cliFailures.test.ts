import { run, startApi, started, wrongStage } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** Port 1 of this machine: nobody answers there. */
const nobody = 'http://127.0.0.1:1';
const cli = (...args: string[]) => run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const note = ['send', 'addNote', 'E-1001', '--set', 'text=hello', '--key', 'k-1'];

describe('a refusal', () => {
  test('is exit code 1, with rule, next step and what is awaited on stderr', async () => {
    api.answers({ status: 409, body: wrongStage });
    expect(await cli(...note)).toStrictEqual({
      code: 1,
      stdout: '',
      stderr: [
        'Refused: Not in this stage (wrong-stage, 409)',
        '  reserveVoucher belongs to voucherAssigned; the engagement is awaitingVoucher',
        '  Rule:       Steps 4 to 8 follow each other.',
        '  Next step:  Do first what the engagement is waiting for.',
        '  Awaiting:   assignVoucher from customer until 2020-09-21 00:00 UTC',
        '  Key:        k-1',
        '',
      ].join('\n'),
    });
  });

  test('names each wrong field, and nothing in it steers the terminal', async () => {
    api.answers({
      status: 422,
      body: {
        type: 'https://engagements.example/problems/email-mismatch',
        title: 'Wrong e-mail',
        status: 422,
        detail: 'not\u001b[2J the one',
        instance: '/',
        errors: [{ pointer: '/voucherAdministratorEmail', message: 'another address' }],
        extension: 'of a newer API',
      },
    });
    expect((await cli('show', 'E-1001')).stderr).toBe(
      [
        'Refused: Wrong e-mail (email-mismatch, 422)',
        '  not [2J the one',
        '  Field:      /voucherAdministratorEmail: another address',
        '',
      ].join('\n'),
    );
  });

  test('is red on a terminal, unless NO_COLOR is set', async () => {
    api.answers({ status: 409, body: wrongStage });
    const env = { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' };
    expect((await run(note, env, true)).stderr).toMatch(/^\u001b\[31mRefused: Not in this stage/);
    expect((await run(note, { ...env, NO_COLOR: '1' }, true)).stderr).toMatch(/^Refused/);
  });
});

describe('a failure of the API', () => {
  const unavailable = {
    type: '/problems/unavailable',
    title: 'Not available',
    status: 503,
    detail: 'away',
    instance: '/',
  };

  test.each([
    ['7', 'in 7 s'],
    ['Wed, 21 Oct 2020 07:28:00 GMT', 'after Wed, 21 Oct 2020 07:28:00 GMT'],
  ])('tells when (%s) and how to try again', async (retryAfter, told) => {
    api.answers({ status: 503, body: unavailable, headers: { 'retry-after': retryAfter } });
    expect(await cli(...note)).toStrictEqual({
      code: 1,
      stdout: '',
      stderr: [
        'Failed: Not available (unavailable, 503)',
        '  away',
        '  Rule:       A message is answered only when it is safely stored.',
        '  Next step:  Wait as Retry-After says, then send it again with the same key.',
        `  Try again:  ${told}`,
        '  Key:        repeat it with --key k-1, and it takes effect once',
        '',
      ].join('\n'),
    });
  });

  test('shows the key that was made up for the call', async () => {
    const heard = api.answers({ status: 429, body: { ...unavailable, status: 429 } });
    const { stderr } = await cli('resolve', 'E-1001:paymentHeld:1');
    expect(stderr).toContain(`repeat it with --key ${String(heard[0]?.headers['idempotency-key'])}, and`);
  });

  test.each([
    ['a page of something else', 502, '<html>'],
    ['something else in JSON', 404, { error: 'nope' }],
    ['a page that says yes', 200, '<html>'],
    ['a redirection', 302, ''],
  ])('may be %s', async (_, status, body) => {
    api.answers({ status, body, headers: { location: '/elsewhere' } });
    const { code, stdout, stderr } = await cli('show', 'E-1001');
    expect({ code, stdout }).toStrictEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(
      `/v1/engagements/E-1001 answered ${status} without saying why. Does API_URL name the API?`,
    );
  });
});

describe('nobody there', () => {
  test('is exit code 3 and names the variable', async () =>
    expect(await run(['list'], { API_URL: nobody, ENGAGEMENTS_TOKEN: 'mine' })).toStrictEqual({
      code: 3,
      stdout: '',
      stderr: `the API at ${nobody} (API_URL) cannot be reached: ECONNREFUSED\n`,
    }));

  test('leaves open whether a message arrived, and says how to repeat it', async () =>
    expect((await run(note, { API_URL: nobody, ENGAGEMENTS_TOKEN: 'mine' })).stderr).toBe(
      [
        `the API at ${nobody} (API_URL) cannot be reached: ECONNREFUSED`,
        '  Unknown:    whether it arrived; repeat it with --key k-1, and it takes effect once',
        '',
      ].join('\n'),
    ));

  test('goes for the dev issuer, too', async () =>
    expect(await run(['token', '--role', 'operator'], { OIDC_ISSUER: nobody })).toStrictEqual({
      code: 3,
      stdout: '',
      stderr: `the dev issuer at ${nobody} (OIDC_ISSUER) cannot be reached: ECONNREFUSED\n`,
    }));
});

describe('wrong usage', () => {
  test.each([
    ['no command', [], 'Usage: engagements'],
    ['an unknown command', ['pay'], "unknown command 'pay'"],
    ['an unknown message', ['send', 'payVoucher', 'E-1'], "unknown command 'payVoucher'"],
    ['an unknown option', ['list', '--colour'], "unknown option '--colour'"],
    ['a missing argument', ['show'], "missing required argument 'engagementId'"],
    ['an argument too many', ['show', 'E-1', 'E-2'], 'too many arguments'],
    ['an id that cannot be one', ['show', '../tasks'], 'letters, digits, dot, underscore and hyphen'],
    ['a key that cannot be one', ['claim', 't', '--key', 'two words'], 'up to 200 visible characters'],
    ['a person no header can name', [...note, '--on-behalf-of', 'eva\nx'], 'up to 200 ASCII characters'],
    ['a version that is none', [...note, '--if-match', 'seven'], 'a version as show --json prints it'],
    ['an unknown stage', ['list', '--stage', 'done'], 'Allowed choices are awaitingVoucher'],
    ['a deadline that is no day', ['list', '--due-before', 'soon'], 'a day, YYYY-MM-DD, or an instant'],
    ['a token for nobody', ['token'], "required option '--role <role>' not specified"],
    ['an incomplete payload', ['send', 'addNote', 'E-1001'], 'text: must be given'],
  ])('%s is exit code 2 and nothing is sent', async (_, args, message) => {
    const heard = api.answers({ body: started });
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout, heard }).toStrictEqual({ code: 2, stdout: '', heard: [] });
    expect(stderr).toContain(message);
  });

  test('so is a wrong setting, which is named in one line', async () =>
    expect(await run(['list'], { API_URL: 'localhost', ENGAGEMENTS_TOKEN: 'a\nb' })).toStrictEqual({
      code: 2,
      stdout: '',
      stderr: 'API_URL: an http or https address; ENGAGEMENTS_TOKEN: a bearer token\n',
    }));
});

describe('a token', () => {
  test('is asked from the dev issuer and printed alone', async () => {
    const heard = api.answers({ body: { access_token: 'ey.x.y' } });
    const args = ['token', '--role', 'partnerAdmin', '--partner', 'contoso-services', '--subject', 'eva'];
    expect(await run(args, { OIDC_ISSUER: api.url })).toStrictEqual({ code: 0, stdout: 'ey.x.y\n', stderr: '' });
    expect(
      heard.map(({ line, body, headers }) => [line, headers.authorization, JSON.parse(body) as unknown]),
    ).toStrictEqual([
      ['POST /token', undefined, { role: 'partnerAdmin', partnerId: 'contoso-services', subject: 'eva' }],
    ]);
  });

  test('of an operator is asked once when none is given', async () => {
    const heard = api.answers({ body: { access_token: 'ey.x.y' } }, { body: started }, { body: { items: [] } });
    expect(await run(['show', 'E-1001'], { API_URL: api.url, OIDC_ISSUER: api.url })).toMatchObject({ code: 0 });
    expect(heard.map(({ line, headers }) => [line, headers.authorization])).toStrictEqual([
      ['POST /token', undefined],
      ['GET /v1/engagements/E-1001', 'Bearer ey.x.y'],
      ['GET /v1/engagements/E-1001/timeline', 'Bearer ey.x.y'],
    ]);
  });

  test.each([
    [
      'in its words',
      { error: 'invalid_request', error_description: 'role: give either role or roles' },
      'role: give either role or roles',
    ],
    ['or without', '<html>', '/token answered 400'],
  ])('that the issuer refuses is a failure told %s', async (_, body, message) => {
    api.answers({ status: 400, body });
    const { code, stderr } = await run(['token', '--role', 'operator'], { OIDC_ISSUER: api.url });
    expect(code).toBe(1);
    expect(stderr).toContain('The issuer gave no token');
    expect(stderr).toContain(message);
  });
});
