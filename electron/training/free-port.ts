import { createServer } from 'node:net';

/**
 * A free port of 127.0.0.1: the preferred one, else one that the system picks.
 * Somebody may take it before it is used: the caller tries again.
 */
export const freePort = async (preferred?: number): Promise<number> =>
  (preferred === undefined ? undefined : await tryPort(preferred)) ?? (await tryPort(0)) ?? noPort();

/** @returns undefined where the port is in use or reserved. */
const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });

const noPort = (): never => {
  throw new Error('no port of 127.0.0.1 can be opened');
};
