import { chmodSync, closeSync, copyFileSync, mkdirSync, openSync, readSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A file of an asar archive, or a link to one. `offset` is missing where the file lies beside the archive. */
const fileSchema = z.object({
  size: z.int().optional(),
  offset: z.coerce.number().int().optional(),
  unpacked: z.boolean().optional(),
  executable: z.boolean().optional(),
  link: z.string().optional(),
});
export type ArchiveFile = z.infer<typeof fileSchema>;
export type ArchiveFolder = { readonly files: Readonly<Record<string, ArchiveFolder | ArchiveFile>> };

const folderSchema: z.ZodType<ArchiveFolder> = z.object({
  files: z.record(z.string(), z.union([z.lazy(() => folderSchema), fileSchema])),
});

/** Four numbers of four bytes before the header's text: the format wraps it twice. */
const PREFIX = 16;

/**
 * What an archive says of its files, and where their bytes begin.
 * @throws z.ZodError where it is no archive
 */
export const readHeader = (archive: string): { root: ArchiveFolder; dataAt: number } => {
  const prefix = readAt(archive, 0, PREFIX);
  const text = readAt(archive, PREFIX, prefix.readUInt32LE(12)).toString('utf8');
  return { root: folderSchema.parse(JSON.parse(text)), dataAt: 8 + prefix.readUInt32LE(4) };
};

/** Writes everything of an archive, with what lies beside it, into a folder. */
export const extractArchive = (archive: string, into: string): void => {
  const { root, dataAt } = readHeader(archive);
  const enter = (folder: ArchiveFolder, at: string): void => {
    mkdirSync(join(into, at), { recursive: true });
    for (const [name, entry] of Object.entries(folder.files)) {
      const path = join(at, name);
      const to = join(into, path);
      if ('files' in entry) enter(entry, path);
      else if (entry.link !== undefined) linkTo(join(into, entry.link), to);
      else if (entry.unpacked === true) copyFileSync(join(`${archive}.unpacked`, path), to);
      else {
        writeFileSync(to, readAt(archive, dataAt + (entry.offset ?? 0), entry.size ?? 0));
        if (entry.executable === true) chmodSync(to, 0o755);
      }
    }
  };
  enter(root, '');
};

/** Links of an archive are addressed from its top. */
const linkTo = (target: string, at: string): void => {
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(target, at);
};

const readAt = (file: string, at: number, bytes: number): Buffer => {
  const opened = openSync(file, 'r');
  try {
    const content = Buffer.alloc(bytes);
    readSync(opened, content, 0, bytes, at);
    return content;
  } finally {
    closeSync(opened);
  }
};
