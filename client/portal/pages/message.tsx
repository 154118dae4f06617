import type { Problem } from '../../../contracts/problems';
import type { Field } from '../forms/fields';
import { Form } from '../forms/form';
import { rowsIn, textsOf, type Said } from '../forms/payload';
import type { Person } from '../guard';
import { Layout } from './layout';

export interface MessageProps {
  person: Person;
  part: 'engagements' | 'partners';
  title: string;
  summary: string;
  /** What it is said to, and the page of that. */
  about: string;
  page: string;
  action: string;
  fields: readonly Field[];
  said: Said;
  hidden: Readonly<Record<string, string | undefined>>;
  problem?: Problem;
  /** Files go with it; where a script can send them one by one. */
  upload?: string;
}

export const messagePage = ({ person, part, title, summary, about, page, upload, ...form }: MessageProps) => (
  <Layout title={`${form.problem ? 'Refused: ' : ''}${title} · ${about}`} person={person} part={part}>
    <p>
      <a href={page}>{about}</a>
    </p>
    <h1>{title}</h1>
    <p>{summary}</p>
    <Form {...form} button={title} upload={upload}>
      {upload && <Deliverables said={form.said} />}
    </Form>
  </Layout>
);

/** Files that are uploaded already, each to be taken out again. */
export const UploadedFiles = ({ said, rows }: { said: Said; rows: readonly number[] }) => (
  <>
    {rows.map((row) => {
      const [name = ''] = textsOf(said[`deliverables.${row}.name`]);
      return (
        <label class="choice" key={row}>
          <input type="checkbox" name={`deliverables.${row}.name`} value={name} checked />
          <input type="hidden" name={`deliverables.${row}.kind`} value={textsOf(said[`deliverables.${row}.kind`])[0]} />
          {`${name} is uploaded`}
        </label>
      );
    })}
  </>
);

/** The files that are reported: those that are uploaded already, and those to come. */
const Deliverables = ({ said }: { said: Said }) => (
  <fieldset id="deliverables">
    <legend>Deliverables</legend>
    <p class="hint" id="deliverables-hint">
      The plan the customer was given is needed. A file has at most 25 MB; without scripts, all of them together.
    </p>
    <UploadedFiles said={said} rows={rowsIn(said, 'deliverables')} />
    <div class="field">
      <label for="customerPlan">Customer plan</label>
      <input id="customerPlan" type="file" name="customerPlan" aria-describedby="deliverables-hint" />
    </div>
    <div class="field">
      <label for="supporting">Other files (optional)</label>
      <input id="supporting" type="file" name="supporting" multiple />
    </div>
    <progress max={100} value={0} aria-label="Upload" hidden />
    <p class="error" role="alert" tabIndex={-1} data-complaint="" />
  </fieldset>
);
