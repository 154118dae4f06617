import path from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyError, FastifyRequest } from 'fastify';
import { LIMITS } from '../../api/limits/limits';
import { ApiProblem } from '../../api/problems/problems';
import { Refused } from '../backend';
import { rowsIn, textsOf, type Said } from '../forms/payload';

/** Which kind of deliverable each file of a form is. */
const KINDS: Readonly<Record<string, string>> = { customerPlan: 'customerPlan', supporting: 'supporting' };

/** For a form with files to arrive and be answered. */
export const UPLOAD_MS = LIMITS.arrivalMs + LIMITS.answerMs;

const MB = 1024 * 1024;
/** What arrives in time over a slow line: one file of the largest that the API takes, with the fields around it. */
const FORM_BYTES = 26 * MB;

/** The API judges how large a file may be; this only bounds what a form is read for. */
const BOUNDS = { fileSize: FORM_BYTES, files: 20, fields: 300, fieldSize: LIMITS.bodyBytes };

const FILES_TOO_LARGE = 'the files of one form have at most 25 MB together; send the others later';

/** What is said of a form that goes beyond a bound, by the code of the parser's error. */
const TOO_MUCH: Readonly<Record<string, string>> = {
  FST_REQ_FILE_TOO_LARGE: FILES_TOO_LARGE,
  FST_FILES_LIMIT: `one form has at most ${BOUNDS.files} files; send the others later`,
  FST_FIELDS_LIMIT: `one form has at most ${BOUNDS.fields} fields`,
};

/** Together with what tells them apart within the 100 of a deliverable's name. */
const LONGEST_BASE = 75;
const LONGEST_EXTENSION = 20;

/** Judged before anything is read. @throws ApiProblem 413 */
export async function refuseLargeForm({ headers }: FastifyRequest): Promise<void> {
  if (Number(headers['content-length'] ?? 0) > FORM_BYTES) throw new ApiProblem('too-large', FILES_TOO_LARGE);
}

interface Read {
  said: Said;
  /** The rows of the files that were uploaded. */
  rows: number[];
  refused?: Refused;
}

/**
 * Reads a form with files, each of which is uploaded as it arrives and then stands in the form as a deliverable. After a file
 * that was refused nothing more is read.
 */
export async function readUpload(
  request: FastifyRequest,
  upload: (name: string, content: Readable) => Promise<unknown>,
): Promise<Read> {
  const said: Record<string, string | string[]> = {};
  const rows: number[] = [];
  for await (const part of partsOf(request)) {
    if (part.type === 'field') {
      const before = said[part.fieldname];
      const value = String(part.value);
      said[part.fieldname] = before === undefined ? value : [before, value].flat();
      continue;
    }
    const kind = KINDS[part.fieldname];
    // Nothing was chosen.
    if (kind === undefined || !part.filename) {
      part.file.resume();
      continue;
    }
    const before = rowsIn(said, 'deliverables');
    const name = freeName(
      part.filename,
      before.flatMap((row) => textsOf(said[`deliverables.${row}.name`])),
    );
    try {
      await upload(name, part.file);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      request.raw.unpipe();
      request.raw.resume();
      return { said, rows, refused: error };
    }
    const row = (before.at(-1) ?? -1) + 1;
    said[`deliverables.${row}.name`] = name;
    said[`deliverables.${row}.kind`] = kind;
    rows.push(row);
  }
  return { said, rows };
}

/** What a form is made of, as it arrives. @throws ApiProblem 413 */
async function* partsOf(request: FastifyRequest): ReturnType<FastifyRequest['parts']> {
  try {
    yield* request.parts({ limits: BOUNDS });
  } catch (error) {
    const tooMuch = TOO_MUCH[(error as Partial<FastifyError>).code ?? ''];
    throw tooMuch === undefined ? error : new ApiProblem('too-large', tooMuch);
  }
}

/** How a file is called as a deliverable: in letters, digits, dot, underscore and hyphen, and as no other of its form. */
function freeName(given: string, taken: readonly string[]): string {
  const { name, ext } = path.parse(given);
  const ending = inPlain(ext).slice(0, LONGEST_EXTENSION);
  const base = inPlain(name).slice(0, LONGEST_BASE) || `deliverable-${taken.length + 1}`;
  for (let copy = 1; ; copy += 1) {
    const free = `${base}${copy === 1 ? '' : `-${copy}`}${ending === '' ? '' : `.${ending}`}`;
    if (!taken.includes(free)) return free;
  }
}

const inPlain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '');
