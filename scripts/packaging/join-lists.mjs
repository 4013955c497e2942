// node scripts/packaging/join-lists.mjs A.yml B.yml: the lists for updates of one version, as one that names the files of all.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';

/**
 * @param {readonly string[]} texts as electron-builder writes them
 * @returns {string}
 * @throws Error where they are not of one version, or have no files
 */
export const joinLists = (texts) => {
  const lists = texts.map((text) => parse(text));
  const versions = [...new Set(lists.map(({ version }) => version))];
  if (versions.length !== 1) throw new Error(`These lists are of ${versions.length} versions: ${versions.join(', ')}`);
  const files = lists.flatMap((list) => list.files);
  if (files.some((file) => typeof file?.url !== 'string' || typeof file.sha512 !== 'string')) {
    throw new Error('A list names a file without its address or its hash.');
  }
  return stringify({ ...lists[0], files });
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(joinLists(process.argv.slice(2).map((file) => readFileSync(file, 'utf8'))));
}
