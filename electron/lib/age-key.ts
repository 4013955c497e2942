import { Decrypter } from 'age-encryption';

/** Finds the key of an age file, or says with null that the passphrase is another one. */
export type AgeKey = (asked: {
  /** The file's beginning, up to and with the line of its MAC. */
  readonly header: Uint8Array;
  readonly passphrase: string;
}) => Promise<Uint8Array | null>;

/** Here and now: it is scrypt in JavaScript, and holds this thread for as long as the header's work factor says. */
export const ageKeyOf: AgeKey = async ({ header, passphrase }) => {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decryptHeader(header);
  } catch (error) {
    if (/no identity matched/i.test(String(error))) return null;
    throw error;
  }
};
