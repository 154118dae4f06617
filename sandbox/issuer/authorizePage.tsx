import render from 'preact-render-to-string';
import { ROLES } from '../../contracts/names';
import { PEOPLE } from './people';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
ul { list-style: none; padding: 0 }
li, p { margin: .5rem 0 }
button, input, select { font: inherit; padding: .4rem .7rem }
li button { width: 100%; text-align: left }
label { display: block; margin: .75rem 0 }
`;

/** The page on which one chooses whom to be; `asked` are the parameters of the request, which go on with the choice. */
export const authorizePage = (asked: Record<string, string>): string =>
  `<!doctype html>${render(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Sign in · dev issuer</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>
          <h1>Who are you?</h1>
          <p>This stand-in for an identity provider believes what you say. It does not run in production.</p>
          <form method="post" action="/authorize">
            <Asked {...asked} />
            <ul>
              {PEOPLE.map(({ subject, role, partnerId }) => (
                <li key={subject}>
                  <button name="person" value={subject}>
                    <strong>{subject}</strong> {role}
                    {partnerId === undefined ? '' : ` of ${partnerId}`}
                  </button>
                </li>
              ))}
            </ul>
          </form>
          <h2>Somebody else</h2>
          <form method="post" action="/authorize">
            <Asked {...asked} />
            <label>
              Name <input name="subject" required />
            </label>
            <label>
              Role{' '}
              <select name="role">
                {ROLES.map((role) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
            </label>
            <label>
              Partner id, for a partner’s role <input name="partnerId" />
            </label>
            <button>Sign in</button>
          </form>
        </main>
      </body>
    </html>,
  )}`;

const Asked = (asked: Record<string, string>) => (
  <>
    {Object.entries(asked).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
  </>
);
