import { rmSync, writeFileSync } from 'node:fs';

/**
 * A page that leads to an address, which only its owner can read: what is on a command line, every user of the machine
 * can. Opened by hand, it is also the way for one more browser.
 */
export const writeAddressFile = (file: string, address: string): void => {
  // A file that is there already would keep its mode.
  rmSync(file, { force: true });
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><title>Regie</title>\n<meta http-equiv="refresh" content="0;url=${address}">\n`,
    { mode: 0o600, flag: 'wx' },
  );
};
