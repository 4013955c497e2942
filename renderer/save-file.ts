import { festivalInstant } from './clock.ts';

/** Hands a file to the browser, which keeps it where it keeps what is downloaded. */
export const saveFile = (name: string, type: string, pieces: readonly BlobPart[]): void => {
  const address = URL.createObjectURL(new Blob([...pieces], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
};

/** The name of a file of this minute, `log-2026-07-03T1800.csv`. */
export const fileOfNow = (what: string, ending: string): string =>
  `${what}-${festivalInstant().slice(0, 16).replaceAll(':', '')}.${ending}`;
