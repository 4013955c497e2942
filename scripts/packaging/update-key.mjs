// Whose updates a packaged Regie takes (docs/packaging.md, "Updates"):
//   node scripts/packaging/update-key.mjs make FILE       a new pair: the private key into FILE, the public one is printed
//   node scripts/packaging/update-key.mjs sign LIST.yml…  LIST.yml.sig beside each, with REGIE_UPDATE_PRIVATE_KEY
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @param {import('node:crypto').KeyObject} key */
const publicWords = (key) => createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');

/** @param {string} words base64 of PKCS #8 */
const readPrivate = (words) => createPrivateKey({ key: Buffer.from(words, 'base64'), format: 'der', type: 'pkcs8' });

/** @returns {{ privateKey: string, publicKey: string }} base64, a line each */
export const makeKeys = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    publicKey: publicWords(privateKey),
  };
};

/**
 * @param {string} name of the list's file: it is signed with its contents
 * @param {string} text
 * @param {{ privateKey: string, publicKey: string }} keys the public one as it was packed
 * @returns {string} base64
 * @throws Error where packages would not take what the private key signs
 */
export const signList = (name, text, { privateKey, publicKey }) => {
  const key = readPrivate(privateKey);
  if (publicWords(key) !== publicKey) throw new Error('The private key is not that of the public one.');
  return sign(null, Buffer.from(`regie updates ${name}\n${text}`), key).toString('base64');
};

/**
 * Writes packaging/updates.json, which is packed; without a public key there is none, and what is built takes no updates.
 * @param {string} root
 * @param {Record<string, string | undefined>} environment REGIE_UPDATE_PUBLIC_KEY, REGIE_UPDATE_ADDRESS
 * @throws Error where one of them is none
 */
export const packUpdates = (root, environment) => {
  const { REGIE_UPDATE_PUBLIC_KEY: key = '', REGIE_UPDATE_ADDRESS: address = '' } = environment;
  const file = join(root, 'packaging', 'updates.json');
  rmSync(file, { force: true });
  if (key === '') {
    if (address !== '') throw new Error('REGIE_UPDATE_ADDRESS is set, and REGIE_UPDATE_PUBLIC_KEY is not.');
    return;
  }
  if (
    createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }).asymmetricKeyType !== 'ed25519'
  ) {
    throw new Error('REGIE_UPDATE_PUBLIC_KEY is no Ed25519 key.');
  }
  if (address !== '' && new URL(address).protocol !== 'https:') throw new Error('REGIE_UPDATE_ADDRESS is not https.');
  writeFileSync(file, `${JSON.stringify({ key, address: address === '' ? null : address })}\n`);
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [what, ...files] = process.argv.slice(2);
  if (what === 'make' && files.length === 1) {
    const { privateKey, publicKey } = makeKeys();
    writeFileSync(String(files[0]), `${privateKey}\n`, { mode: 0o600, flag: 'wx' });
    console.log(publicKey);
  } else if (what === 'sign' && files.length > 0) {
    const { REGIE_UPDATE_PRIVATE_KEY: privateKey = '', REGIE_UPDATE_PUBLIC_KEY: publicKey = '' } = process.env;
    for (const file of files) {
      writeFileSync(
        `${file}.sig`,
        `${signList(basename(file), readFileSync(file, 'utf8'), { privateKey, publicKey })}\n`,
      );
    }
  } else {
    console.error('make FILE, or sign LIST.yml…');
    process.exit(2);
  }
}
