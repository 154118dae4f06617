import { createHash } from 'node:crypto';
import type { SheetLine } from '../../domain/settlement/sheet';

/** What is printed. Every value may be text of others. */
export interface Sheet {
  /** Id of the engagement, or of the batch. */
  id: string;
  partner: { name: string; mpnId: string };
  lines: readonly SheetLine[];
  /** What speaks against typing it in. */
  warning?: string;
  /** The command that records a message. */
  sendCommand: string;
}

const STYLE = `
body { font: 11pt/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; color: #000; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #666; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { width: 30%; font-weight: 600 }
td:last-child { width: 3rem }
.warning { border: 3px solid #b00; padding: .5rem; font-weight: 600 }
.blank { height: 2.5rem }
@media print { body { margin: 0; max-width: none } tr { break-inside: avoid } thead { display: table-header-group } }
@page { size: A4; margin: 18mm }
`;

/** Nothing may be loaded, run, framed or sent; of styles only the page's own counts. */
export const SHEET_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The sheet an operator types from, a page to print: what to fill in, in the form's order, each line to be ticked off. */
export const sheetPage = ({ id, partner, lines, warning, sendCommand }: Sheet): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Payment request of ${escaped(id)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Payment request of ${escaped(id)}</h1>
${warning === undefined ? '' : `<p class="warning">${escaped(warning)}</p>\n`}<p>To type into the SAVB Online Payment Tool for ${escaped(partner.name)}, MPN id ${escaped(partner.mpnId)}.</p>
<table>
<thead><tr><th scope="col">Field</th><th scope="col">Value</th><th scope="col">Done</th></tr></thead>
<tbody>
${lines.map(({ label, value }) => `<tr><th scope="row">${escaped(label)}</th><td>${escaped(value)}</td><td></td></tr>`).join('\n')}
</tbody>
</table>
<h2>Then</h2>
<p>Write down the Microsoft reference number SAVB shows, and record it:</p>
<table><tbody><tr class="blank"><th scope="row">Microsoft reference number</th><td></td></tr></tbody></table>
<p><code>${escaped(sendCommand)} recordPaymentStatus ${escaped(id)} --set status=submitted --set at=… --set microsoftReferenceNumber=…</code></p>
</body>
</html>
`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ').replace(/[&<>"']/g, (character) => ENTITIES[character]!);
