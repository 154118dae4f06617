import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyReply } from 'fastify';
import type { ComponentChildren, VNode } from 'preact';
import render from 'preact-render-to-string';
import { isPartnerRole } from '../../../contracts/names';
import { words } from '../../../domain/wording';
import type { Person } from '../guard';

export const ASSETS = path.join(__dirname, '..', 'assets');

/** The address of a file that belongs to every page; another content has another address. */
const addressOf = (file: string): string => {
  const digest = createHash('sha256')
    .update(readFileSync(path.join(ASSETS, file)))
    .digest('base64url');
  return `/portal/assets/${file}?${digest.slice(0, 12)}`;
};
const STYLES = addressOf('portal.css');
const SCRIPT = addressOf('portal.js');
const ICON = addressOf('icon.svg');

interface LayoutProps {
  title: string;
  person?: Person;
  /** Which part of the portal this is. */
  part?: Part;
  children: ComponentChildren;
}

type Part = 'engagements' | 'tasks' | 'partners';

/** What is around the content of every page. */
export const Layout = ({ title, person, part, children }: LayoutProps) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Planning Services`}</title>
      <link rel="icon" href={ICON} type="image/svg+xml" />
      <link rel="stylesheet" href={STYLES} />
      <script src={SCRIPT} defer />
    </head>
    <body>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <a class="name" href="/portal">
          Planning Services
        </a>
        {person && <Navigation person={person} part={part} />}
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </body>
  </html>
);

function Navigation({ person, part }: { person: Person; part?: Part }) {
  const { partnerId, roles, subject } = person;
  const isPartners = partnerId !== undefined && roles.some(isPartnerRole);
  const links: [Part, string, string][] = [
    ['engagements', '/portal', 'Engagements'],
    ['tasks', '/portal/tasks', 'Tasks'],
    isPartners
      ? ['partners', `/portal/partners/${partnerId}`, 'Our standing']
      : ['partners', '/portal/partners', 'Partners'],
  ];
  return (
    <>
      <nav aria-label="Portal">
        {links.map(([name, href, text]) => (
          <a key={name} href={href} aria-current={name === part ? 'true' : undefined}>
            {text}
          </a>
        ))}
      </nav>
      <form class="person" method="post" action="/portal/sign-out">
        <span>
          {subject}
          <small>
            {[roles.map((role) => words(role)).join(', '), isPartners ? partnerId : undefined]
              .filter(Boolean)
              .join(' · ')}
          </small>
        </span>
        <button class="quiet">Sign out</button>
      </form>
    </>
  );
}

/** Answers with a part of a page. */
export const sendPart = (reply: FastifyReply, part: VNode): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(render(part));

/** Answers with a page. */
export const sendPage = (reply: FastifyReply, page: VNode): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(`<!doctype html>${render(page)}`);
