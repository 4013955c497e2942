import type { Server } from 'node:http';

/** A port of this machine that somebody else uses. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

/** Lets a server listen. `option` chooses its port. @throws PortInUse, or what keeps it from listening there */
export const listen = (
  server: Server,
  { port, address, option }: { port: number; address: string; option: string },
): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PortInUse(`Port ${port} is in use. Choose another one: -- ${option} N, or leave it out.`)
          : error,
      ),
    );
    server.listen(port, address, resolve);
  });
