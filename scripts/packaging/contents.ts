import type { ArchiveFile, ArchiveFolder } from './archive.ts';

/** What lies in the package, by the package of npm that it comes from; `.` is Regie's own. */
export type Content = { readonly name: string; readonly files: number; readonly bytes: number };
/** A file of the archive; `unpacked`: it lies beside it. */
export type PackedFile = { readonly path: string; readonly bytes: number; readonly unpacked: boolean };

/** Every file of an archive, by path. */
export const filesOf = (root: ArchiveFolder): PackedFile[] => {
  const files: PackedFile[] = [];
  const enter = (folder: ArchiveFolder, at: string): void => {
    for (const [name, entry] of Object.entries(folder.files)) {
      const path = at === '' ? name : `${at}/${name}`;
      if ('files' in entry) enter(entry, path);
      else files.push({ path, bytes: sizeOf(entry), unpacked: entry.unpacked === true });
    }
  };
  enter(root, '');
  return files;
};

const sizeOf = (file: ArchiveFile): number => file.size ?? 0;

/** The largest first. */
export const contentsOf = (files: readonly PackedFile[]): Content[] => {
  const contents = new Map<string, { files: number; bytes: number }>();
  for (const { path, bytes } of files) {
    const content = contents.get(packageOf(path)) ?? { files: 0, bytes: 0 };
    contents.set(packageOf(path), { files: content.files + 1, bytes: content.bytes + bytes });
  }
  return [...contents].map(([name, content]) => ({ name, ...content })).sort((a, b) => b.bytes - a.bytes);
};

/** `node_modules/a/node_modules/@b/c/index.js` is of `@b/c`. */
export const packageOf = (path: string): string =>
  /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '.';
