import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** Fuses of an Electron of today, none of them set: what `@electron/fuses` finds in a program. */
export const fuseWire = (fuses: number): Buffer =>
  Buffer.concat([
    Buffer.from(SENTINEL),
    Buffer.from([1, fuses, ...Array.from({ length: fuses }, () => '0'.charCodeAt(0))]),
  ]);

/** As many as scripts/fuses.mjs decides about. */
export const FUSES = 9;

/**
 * A folder in the place of Electron's own for Linux: everything that electron-builder touches, and a program that is
 * none. What is built with it is packed, listed and started as core; it opens no window.
 */
export const makeStandIn = (folder: string): void => {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  const program = join(folder, 'electron');
  writeFileSync(program, Buffer.concat([Buffer.from('\x7fELF'), fuseWire(FUSES), Buffer.from('end')]));
  chmodSync(program, 0o755);
  for (const locale of ['en-US', 'fr', 'de']) writeFileSync(join(folder, 'locales', `${locale}.pak`), '');
  for (const licence of ['LICENSE', 'LICENSES.chromium.html', 'version']) writeFileSync(join(folder, licence), '');
};
