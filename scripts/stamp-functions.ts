import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionManifest, functionsFolder, hashOf, readManifest } from '../electron/postgres/function-files.ts';

// Counts up the version of every file of migrations/functions that has changed, and writes its hash into the manifest.
// A new file is added at the end: move it to where it belongs in the order.
const main = (): void => {
  const folder = functionsFolder();
  const before = readManifest(folder);
  const hashes = new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .sort()
      .map((file) => [file.slice(0, -'.sql'.length), hashOf(readFileSync(join(folder, file), 'utf8'))]),
  );
  const after: FunctionManifest = before.map((entry) => {
    const sha256 = hashes.get(entry.name) ?? null;
    return sha256 === entry.sha256 ? entry : { ...entry, version: entry.version + 1, sha256 };
  });
  for (const [name, sha256] of hashes) {
    if (!before.some((entry) => entry.name === name)) after.push({ name, version: 1, sha256 });
  }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(after, null, 2)}\n`);
  const changed = after.filter(
    ({ name, version }) => !before.some((entry) => entry.name === name && entry.version === version),
  );
  for (const { name, version } of changed) console.log(`${name} is now version ${version}.`);
  if (changed.length === 0) console.log('Nothing has changed.');
};

main();
