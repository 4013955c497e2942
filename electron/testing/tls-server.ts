import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { freePort } from '../training/free-port.ts';
import { selfSignedCertificate } from './certificate.ts';
import { EmbeddedPostgres } from './embedded-postgres.ts';

/** A second real server that accepts only encrypted connections and shows a self-signed certificate. */
export type TlsServer = {
  readonly settings: ConnectionSettings;
  /** The certificate itself, as the root to trust. */
  readonly caFile: string;
  close(): Promise<void>;
};

export const startTlsServer = async (): Promise<TlsServer> => {
  const root = mkdtempSync(join(tmpdir(), 'regie-tls-'));
  chmodSync(root, 0o755);
  const data = join(root, 'data');
  const password = 'regie-test';
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: data,
    user: 'postgres',
    password,
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'ssl=on', '-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  });
  try {
    await server.initialise();
    const { cert, key } = selfSignedCertificate([127, 0, 0, 1]);
    const { uid, gid } = statSync(data);
    for (const [file, text] of Object.entries({ 'server.crt': cert, 'server.key': key })) {
      writeFileSync(join(data, file), text, { mode: 0o600 });
      // Postgres reads the key only as its owner.
      if (process.getuid?.() === 0) chownSync(join(data, file), uid, gid);
    }
    writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
    appendFileSync(join(data, 'postgresql.conf'), `\nshared_buffers = 16MB\nmax_connections = 20\n`);
    const caFile = join(root, 'root.crt');
    writeFileSync(caFile, cert);
    await server.start();
    return {
      settings: { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres', tls: 'verify' },
      caFile,
      close: async () => {
        await server.stop();
        rmSync(root, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw new Error(`the TLS test server did not start:\n${log.join('')}`, { cause: error });
  }
};
