import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that holds `migrations/` and the built renderer: the project's in development, the application's when
 * packaged. Found by walking up, because the bundler moves modules to other depths.
 * @throws Error when the installation is incomplete.
 */
export const appRoot = (from: string = import.meta.dirname): string => {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'migrations', 'postgres')) && existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder))
      throw new Error('The installation is incomplete: the folder "migrations" is missing.');
  }
};
