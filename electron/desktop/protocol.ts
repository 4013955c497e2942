import { resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { net, type Protocol } from 'electron';
import { CONTENT_SECURITY_POLICY } from '../content-security-policy.ts';

/** The file that an address of our scheme names, or undefined when it lies outside of the renderer's folder. */
export const fileOf = (address: string, folder: string): string | undefined => {
  const { pathname } = new URL(address);
  const file = resolve(folder, `.${decodeURIComponent(pathname === '/' ? '/index.html' : pathname)}`);
  return file.startsWith(folder + sep) ? file : undefined;
};

/** Serves the renderer's files under `app://regie`, each with the same policy as in the browser host. */
export const serveRenderer = (protocol: Protocol, folder: string): void =>
  protocol.handle('app', async (request) => {
    const file = fileOf(request.url, folder);
    if (file === undefined) return new Response('not found', { status: 404 });
    const served = await net.fetch(pathToFileURL(file).toString());
    const headers = new Headers(served.headers);
    headers.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    headers.set('X-Content-Type-Options', 'nosniff');
    return new Response(served.body, { status: served.status, headers });
  });
