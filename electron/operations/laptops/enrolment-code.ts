import { hkdfSync, randomInt } from 'node:crypto';

/** A one-time code that enrols a laptop: its first four characters name it, the other eight are its secret. */
export type EnrolmentCode = { readonly codeId: string; readonly codeKey: Buffer };

/** Nothing that could be read as something else. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 12;
const ID_LENGTH = 4;

/** @returns as it is shown and typed: `K7QF-2M9D-XWTA`. */
export const newEnrolmentCode = (): string =>
  Array.from({ length: LENGTH }, (_, index) => {
    const character = ALPHABET[randomInt(ALPHABET.length)];
    return index > 0 && index % ID_LENGTH === 0 ? `-${character}` : character;
  }).join('');

/** @returns undefined for what cannot be a code. Case, spaces and dashes do not count. */
export const parseEnrolmentCode = (typed: string): EnrolmentCode | undefined => {
  const code = typed.toUpperCase().replace(/[\s-]/g, '');
  if (code.length !== LENGTH || [...code].some((character) => !ALPHABET.includes(character))) return undefined;
  return {
    codeId: code.slice(0, ID_LENGTH),
    codeKey: Buffer.from(hkdfSync('sha256', code, '', 'regie enrolment', 32)),
  };
};
