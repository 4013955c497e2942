import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { getMimeType } from 'hono/utils/mime';

/** A file of the renderer as a browser gets it. */
export type RendererFile = {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Named by its contents: it never becomes another one. */
  readonly immutable: boolean;
};

/** As the build names files by their contents. */
const HASHED = /-[\w-]{8}\.(js|css|woff2)$/;

/**
 * Reads all of the renderer, two megabytes, by the paths of its addresses: streams of files take several times the
 * processor time of what is in memory. No address leads out of the folder, and an update under a running console takes
 * nothing away from its pages.
 */
export const readRenderer = (folder: string): ReadonlyMap<string, RendererFile> => {
  const files = new Map<string, RendererFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, file).replaceAll(sep, '/')}`, {
      body: readFileSync(file),
      type: getMimeType(file) ?? 'application/octet-stream',
      immutable: HASHED.test(file),
    });
  }
  return files;
};
