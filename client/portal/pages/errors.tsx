import type { Problem } from '../../../contracts/problems';
import { ProblemNotice } from '../forms/form';
import type { Person } from '../guard';
import { Layout } from './layout';

/** A no that belongs to no form. `back` is a page to go on from. */
export const problemPage = ({ problem, person, back }: { problem: Problem; person?: Person; back: string }) => (
  <Layout title={problem.title} person={person}>
    <h1>{`That did not work (${problem.status})`}</h1>
    <ProblemNotice problem={problem} />
    <p>
      <a class="button" href={back}>
        Go on
      </a>
    </p>
  </Layout>
);
