import type { SMTPServerOptions } from 'smtp-server';
import { createSmtpGateway } from '../../activities/notices/smtpGateway';
import type { Notice } from '../../domain/notices';
import { mailServer, no, type MailServer } from '../support/mailServer';

const notice: Notice = {
  noticeId: 'engagement:e-1.b:7:partner',
  to: 'pia@contoso.example',
  subject: 'e-1.b: voucher reserved for Fabrikam AB',
  text: 'Voucher V-1 is reserved.\n.\nTo see it: engagements show e-1.b',
};

const from = 'notices@planning.example';
const servers: MailServer[] = [];

async function running(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await mailServer(options);
  servers.push(server);
  return server;
}
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

const to = ({ port }: MailServer, { longestMs = 30_000 } = {}) =>
  createSmtpGateway({ url: `smtp://127.0.0.1:${port}`, from, longestMs });

const again = (why: unknown = expect.any(String)) => ({ kind: 'refused', permanent: false, why });
const forGood = (why: unknown) => ({ kind: 'refused', permanent: true, why });

describe('a notice', () => {
  test('arrives once, as plain text under an id of its own', async () => {
    const server = await running();
    expect(await to(server).send(notice)).toStrictEqual({ kind: 'sent' });
    expect(server.mails).toStrictEqual([
      {
        from,
        to: [notice.to],
        headers: {
          'Auto-Submitted': 'auto-generated',
          From: from,
          To: notice.to,
          Subject: notice.subject,
          'Message-ID': '<engagement/e-1+b/7/partner@planning.example>',
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Transfer-Encoding': '7bit',
          'MIME-Version': '1.0',
        },
        body: 'Voucher V-1 is reserved.\r\n.\r\nTo see it: engagements show e-1.b\r\n',
      },
    ]);
  });

  test('keeps the letters of every language', async () => {
    const server = await running();
    await to(server).send({ ...notice, subject: 'Östra Ångfärjor', text: 'Färja' });
    const [mail] = server.mails;
    expect(mail?.headers['Subject']).toBe('=?UTF-8?Q?=C3=96stra_=C3=85ngf=C3=A4rjor?=');
    expect(mail?.body).toBe('F=C3=A4rja\r\n');
  });

  test('adds no header and no recipient, whatever somebody wrote', async () => {
    const server = await running();
    const subject = 'reserved for Fabrikam\r\nBcc: eve@evil.example\r\n\r\nAnother body';
    expect(await to(server).send({ ...notice, subject })).toStrictEqual({ kind: 'sent' });
    const [mail] = server.mails;
    expect(mail?.to).toStrictEqual([notice.to]);
    expect(Object.keys(mail?.headers ?? {})).not.toContain('Bcc');
    expect(mail?.body).not.toContain('Another body');
  });

  test.each(['pia@contoso.example>\r\nRCPT TO:<eve@evil.example', 'pia@contoso.example, eve@evil.example', ''])(
    'to %p goes to nobody',
    async (mailbox) => {
      const server = await running();
      expect(await to(server).send({ ...notice, to: mailbox })).toStrictEqual(forGood(expect.any(String)));
      expect(server.mails).toStrictEqual([]);
    },
  );
});

describe('what certainly did not go out may go out later', () => {
  test('when nobody listens', async () => {
    const server = await running();
    await server.close();
    expect(await to(server).send(notice)).toStrictEqual(
      again(expect.stringMatching(/^ESOCKET connect ECONNREFUSED 127\.0\.0\.1:\d+$/)),
    );
  });

  test.each<[string, SMTPServerOptions, string]>([
    ['greets with 421', { onConnect: (_session, done) => done(no(421, 'busy')) }, '421'],
    ['greets with 554', { onConnect: (_session, done) => done(no(554, 'not you')) }, '554'],
    ['refuses the sender for good', { onMailFrom: (_from, _session, done) => done(no(550, 'who?')) }, '550'],
    ['refuses the recipient for now', { onRcptTo: (_to, _session, done) => done(no(450, 'later')) }, '450'],
    ['refuses the message for now', { onData: answered(451, 'greylisted') }, '451'],
  ])('when the server %s', async (_title, options, code) => {
    const server = await running(options);
    expect(await to(server).send(notice)).toStrictEqual(again(expect.stringContaining(code)));
  });

  test('when the connection is lost before the message', async () => {
    const server = await running({ onRcptTo: () => server.cut() });
    expect(await to(server).send(notice)).toStrictEqual(again('ECONNECTION Connection closed unexpectedly'));
  });

  test('when the connection is lost before the server said yes to the message', async () => {
    const server = await running({ onData: () => server.cut() });
    expect(await to(server).send(notice)).toStrictEqual(again('ECONNECTION Connection closed unexpectedly'));
  });

  test('when the server says nothing before the message', async () => {
    const server = await running({ onRcptTo: () => undefined });
    expect(await to(server, { longestMs: 500 }).send(notice)).toStrictEqual(again('EABORT Message sending aborted'));
  });
});

describe('a no is for good', () => {
  test.each<[string, SMTPServerOptions, string]>([
    [
      'to the recipient',
      { onRcptTo: (_to, _session, done) => done(no(550, 'no such mailbox')) },
      "EENVELOPE Can't send mail - all recipients were rejected: 550 no such mailbox",
    ],
    ['to the message', { onData: answered(554, 'spam') }, 'EMESSAGE Message failed: 554 spam'],
    [
      'in words that name the mailbox, which are kept without it',
      { onData: answered(554, '<per@fabrikam.example> is on leave') },
      'EMESSAGE Message failed: 554 <a mailbox> is on leave',
    ],
  ])('%s', async (_title, options, why) => {
    const server = await running(options);
    expect(await to(server).send(notice)).toStrictEqual(forGood(why));
  });
});

describe('it is unknown whether a notice went out', () => {
  test('when the connection is lost with the message', async () => {
    const server = await running({ onData: (stream) => void stream.once('data', () => server.cut()) });
    expect(await to(server).send(notice)).toStrictEqual({
      kind: 'unknown',
      why: 'ECONNECTION Connection closed unexpectedly',
    });
  });

  test('when the connection is lost after the message', async () => {
    const server = await running({ onData: (stream) => stream.resume().on('end', () => server.cut()) });
    expect(await to(server).send(notice)).toMatchObject({ kind: 'unknown' });
  });

  test('when the server does not answer to the message', async () => {
    const server = await running({ onData: (stream) => void stream.resume() });
    expect(await to(server, { longestMs: 500 }).send(notice)).toStrictEqual({
      kind: 'unknown',
      why: 'EABORT Message sending aborted',
    });
  });
});

describe('the address of the server tells', () => {
  const secrets: SMTPServerOptions = {
    disabledCommands: [],
    onAuth: ({ username, password }, _session, done) =>
      username === 'us' && password === 'p@ss/word' ? done(null, { user: 'us' }) : done(no(535, 'wrong')),
  };
  const via = async (options: SMTPServerOptions, url: (port: number) => string) => {
    const secure: boolean[] = [];
    const server = await running({
      ...options,
      onMailFrom: (_from, session, done) => {
        secure.push(session.secure);
        done();
      },
    });
    const delivery = await createSmtpGateway({ url: url(server.port), from }).send(notice);
    return { delivery, secure, mails: server.mails.length };
  };
  const trusting = 'tls.rejectUnauthorized=false';

  test('to speak TLS from the first byte', async () =>
    expect(
      await via({ secure: true, authOptional: true }, (port) => `smtps://127.0.0.1:${port}?${trusting}`),
    ).toStrictEqual({ delivery: { kind: 'sent' }, secure: [true], mails: 1 }));

  test('as whom to log in, after STARTTLS', async () =>
    expect(
      await via(secrets, (port) => `smtp://us:p%40ss%2Fword@127.0.0.1:${port}?requireTLS=true&${trusting}`),
    ).toStrictEqual({ delivery: { kind: 'sent' }, secure: [true], mails: 1 }));

  test('and a wrong password can be mended', async () =>
    expect(await via(secrets, (port) => `smtp://us:wrong@127.0.0.1:${port}?${trusting}`)).toStrictEqual({
      delivery: again('EAUTH Invalid login: 535 wrong'),
      secure: [],
      mails: 0,
    }));

  test('to insist on TLS', async () =>
    expect(await via({ authOptional: true }, (port) => `smtp://127.0.0.1:${port}?requireTLS=true`)).toMatchObject({
      delivery: again(),
      mails: 0,
    }));

  test('and a certificate nobody vouches for is not trusted', async () =>
    expect(await via({ disabledCommands: [], authOptional: true }, (port) => `smtp://127.0.0.1:${port}`)).toMatchObject(
      { delivery: again(expect.stringContaining('certificate')), mails: 0 },
    ));
});

function answered(code: number, text: string): NonNullable<SMTPServerOptions['onData']> {
  return (stream, _session, done) => void stream.resume().on('end', () => done(no(code, text)));
}
