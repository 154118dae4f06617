/**
 * What stands in a PDF of pdfkit's that is not compressed, piece by piece as it was put on the pages. Texts in embedded fonts
 * are read by way of the table that tells copying and searching what a glyph means.
 */
export function textsIn(pdf: Buffer): string[] {
  const source = pdf.toString('latin1');
  const objects = new Map(
    [...source.matchAll(/^(\d+) 0 obj\n([\s\S]*?)^endobj$/gm)].map(([, id, body]) => [id!, body!] as const),
  );
  const fonts = new Map(
    [...source.matchAll(/^\/(F\d+) (\d+) 0 R$/gm)].map(([, name, id]) => [name!, decoder(objects.get(id!)!, objects)]),
  );
  return [...source.matchAll(/^BT\n[\s\S]*?^\/(F\d+) \S+ Tf\n[\s\S]*?^\[(.*)\] TJ\nET$/gm)].map(([, font, glyphs]) =>
    fonts.get(font!)!([...glyphs!.matchAll(/<([0-9a-f]*)>/g)].map(([, hex]) => hex!).join('')),
  );
}

/** What Windows-1252 has where ISO 8859-1 has control characters, from 0x80 on. */
const WESTERN = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const western = (hex: string): string =>
  Buffer.from(hex, 'hex')
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (character) => WESTERN[character.charCodeAt(0) - 0x80]!);

function decoder(font: string, objects: Map<string, string>): (hex: string) => string {
  const meanings = /\/ToUnicode (\d+) 0 R/.exec(font)?.[1];
  if (meanings === undefined) return western;
  const table = [...objects.get(meanings)!.matchAll(/^<[0-9a-f]+> <[0-9a-f]+> \[(.*)\]$/gm)]
    .flatMap(([, range]) => [...range!.matchAll(/<([0-9a-f ]*)>/g)])
    .map(([, units]) =>
      (units!.match(/[0-9a-f]{4}/g) ?? []).map((unit) => String.fromCharCode(parseInt(unit, 16))).join(''),
    );
  return (hex) => (hex.match(/.{4}/g) ?? []).map((glyph) => table[parseInt(glyph, 16)]).join('');
}
