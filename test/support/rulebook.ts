import { loadRates, loadRulebooks } from '../../records/rulebooks';
import { frozen } from './frozen';

const library = loadRulebooks();

/** The programme as described in June 2020, open-ended. */
export const edition2020 = frozen(library.edition('2020-06'));
/** The programme after the retirement notice: last assignment 2021-06-30, last redemption 2022-01-01. */
export const edition2021 = frozen(library.edition('2021-04'));

export const sampleRates = frozen(loadRates());

/** A copy of an edition with some rules of one's own. */
export const editionWith = (rules: Partial<typeof edition2020>): typeof edition2020 =>
  frozen({ ...edition2020, ...rules });
