import { existsSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of a file of the repository, whether this runs from `dev/` or compiled from `dist/dev/`. */
export const inRepository = (...parts: string[]): string => path.join(folderWith('package.json', __dirname), ...parts);

const folderWith = (file: string, folder: string): string =>
  existsSync(path.join(folder, file)) ? folder : folderWith(file, path.dirname(folder));
