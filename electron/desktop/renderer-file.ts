import { resolve, sep } from 'node:path';
import { ORIGIN } from './security.ts';

/** The file that an address of ours names, or undefined when it is another's or lies outside of the renderer's folder. */
export const rendererFile = (address: string, folder: string): string | undefined => {
  const url = URL.parse(address);
  if (url === null || `${url.protocol}//${url.host}` !== ORIGIN) return undefined;
  const path = decoded(url.pathname === '/' ? '/index.html' : url.pathname);
  if (path === undefined || path.includes('\0')) return undefined;
  const file = resolve(folder, `.${path}`);
  return file.startsWith(resolve(folder) + sep) ? file : undefined;
};

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    // A "%" that is no code: no file of ours has one.
    return undefined;
  }
};
