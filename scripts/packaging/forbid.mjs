// Copied beside the package and loaded before it (`node --import`): whatever it reads or runs of the folder in
// REGIE_FORBIDDEN is an error, so that nothing of a checkout can be what makes it work.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

const forbidden = process.env.REGIE_FORBIDDEN;
const require = (path) => {
  const text = path instanceof URL ? fileURLToPath(path) : String(path);
  if (text.startsWith(forbidden)) throw new Error(`the package uses ${text}, which lies outside of it`);
};
const guard = (module, names) => {
  for (const name of names) {
    const real = module[name];
    const guarded = (path, ...rest) => {
      require(path);
      return real(path, ...rest);
    };
    // Some have a form of their own for promisify.
    Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(real));
    module[name] = guarded;
  }
};
guard(fs, ['openSync', 'readFileSync', 'readdirSync', 'existsSync', 'statSync', 'lstatSync', 'realpathSync']);
guard(fs, ['open', 'readFile', 'readdir', 'stat', 'lstat', 'createReadStream']);
guard(fs.promises, ['open', 'readFile', 'readdir', 'stat', 'lstat', 'realpath']);
guard(childProcess, ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork']);
const { dlopen } = process;
process.dlopen = (module, path, ...rest) => {
  require(path);
  return dlopen(module, path, ...rest);
};
syncBuiltinESMExports();
registerHooks({
  load: (url, context, next) => {
    if (url.startsWith('file:')) require(new URL(url));
    return next(url, context);
  },
});
