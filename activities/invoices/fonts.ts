import { readFile } from 'node:fs/promises';
import { unpackWoff } from './woff';

/** A text and the font that has its characters: one that every reader of PDF brings along, or one to embed. */
export interface Shown {
  text: string;
  font: { name: string; bytes?: Buffer };
}

/** What the readers' own fonts can show: Windows-1252. */
const WESTERN = /^[\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/;

/** Latin, Greek, Cyrillic, Hebrew, Arabic. */
const readDejaVu = () => readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));

/** Nearly everything there is, Chinese, Japanese and Korean included: drawn coarsely, but readable. */
const readUnifont = async () =>
  unpackWoff(await readFile(require.resolve('@fontsource/unifontex/files/unifontex-latin-400-normal.woff')));

/**
 * A text of others made fit for paper, in the first font that has all of it; most texts need none embedded, which costs a
 * tenth. Control characters become spaces. A character that no font has is shown by its number, `[U+20BB7]`.
 */
export async function shownAs(given: string): Promise<Shown> {
  const text = given.normalize('NFC').replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
  if (WESTERN.test(text)) return { text, font: { name: 'Helvetica' } };
  const dejaVu = await readDejaVu();
  if ((await missingIn(dejaVu, text)).length === 0) return { text, font: { name: 'DejaVu Sans', bytes: dejaVu } };
  const unifont = await readUnifont();
  const missing = await missingIn(unifont, text);
  return {
    text: missing.reduce((numbered, character) => numbered.replaceAll(character, numberOf(character)), text),
    font: { name: 'UnifontEX', bytes: unifont },
  };
}

/** The characters of a text that a font cannot show. */
async function missingIn(bytes: Buffer, text: string): Promise<string[]> {
  const { create } = await import('fontkit');
  const font = create(bytes);
  if (!('characterSet' in font)) throw new Error('not a font but a collection of fonts');
  return [...new Set(text)].filter((character) => !font.hasGlyphForCodePoint(character.codePointAt(0)!));
}

const numberOf = (character: string): string => `[U+${character.codePointAt(0)!.toString(16).toUpperCase()}]`;
