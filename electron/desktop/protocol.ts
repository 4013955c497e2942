import { pathToFileURL } from 'node:url';
import { net, type Protocol } from 'electron';
import { CONTENT_SECURITY_POLICY } from '../lib/content-security-policy.ts';
import { rendererFile } from './renderer-file.ts';

/** Serves the renderer's files under `app://regie`, each with the same policy as in the browser host. */
export const serveRenderer = (protocol: Protocol, folder: string): void =>
  protocol.handle('app', async (request) => {
    const file = request.method === 'GET' ? rendererFile(request.url, folder) : undefined;
    // A file that is not there makes fetch reject.
    const served =
      file === undefined ? undefined : await net.fetch(pathToFileURL(file).toString()).catch(() => undefined);
    const headers = new Headers(served?.headers);
    headers.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    headers.set('X-Content-Type-Options', 'nosniff');
    if (served === undefined) return new Response('not found', { status: 404, headers });
    return new Response(served.body, { status: served.status, headers });
  });
