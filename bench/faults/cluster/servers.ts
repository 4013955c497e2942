import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createTcpProxy } from '../../../electron/testing/tcp-proxy.ts';
import { freePort } from '../../../electron/training/free-port.ts';
import { isAlive, readPostmaster } from '../../../electron/training/postmaster.ts';
import { systemUser } from '../../../electron/training/system-user.ts';
import { newPasswords } from '../../../electron/training/training-file.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Whether Debian's Postgres 15 is on this machine. */
export const hasClusterPrograms = (): boolean =>
  ['initdb', 'pg_ctl', 'pg_basebackup'].every((program) => existsSync(join(PROGRAMS, program)));

/** One server of a cluster. */
export type Node = {
  readonly port: number;
  start(): Promise<void>;
  /** As when the machine goes: what it had not sent is gone with it. */
  crash(): Promise<void>;
  /** A replica takes over. */
  promote(): Promise<void>;
};

/** A primary with what can be made of it, by the programs of Debian's Postgres 15. */
export type Cluster = {
  readonly primary: Node;
  readonly passwords: ReturnType<typeof newPasswords>;
  /** A replica that follows by streaming, asynchronously, through a network of its own. */
  replica(): Promise<
    Node & { readonly network: Pick<Awaited<ReturnType<typeof createTcpProxy>>, 'blackhole' | 'delay'> }
  >;
  /** A base copy as of now, which is started later in place of the primary, at its address. */
  baseCopy(): Promise<Node>;
  close(): Promise<void>;
};

export const openCluster = async (): Promise<Cluster> => {
  const root = mkdtempSync(join(tmpdir(), 'regie-cluster-'));
  const user = await systemUser(quiet);
  const own = (path: string): string => {
    if (user !== undefined) chownSync(path, user.uid, user.gid);
    return path;
  };
  own(root);
  const passwords = newPasswords();
  const run = (program: string, args: readonly string[]) =>
    promisify(execFile)(join(PROGRAMS, program), [...args], {
      ...{ cwd: root, env: { ...process.env, PGPASSWORD: passwords.administrator } },
      ...user,
    });
  const folder = (name: string): string => {
    const path = join(root, name);
    mkdirSync(path, { mode: 0o700 });
    return own(path);
  };
  const nodes: Node[] = [];
  const proxies: { close(): Promise<void> }[] = [];
  const nodeOf = (data: string, port: number): Node => {
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=60`;
    const node: Node = {
      port,
      start: async () => {
        await run('pg_ctl', ['start', '-w', '-s', '-D', data, '-l', `${data}.log`, '-o', options]);
      },
      crash: async () => {
        const postmaster = readPostmaster(data);
        if (postmaster === undefined || !isAlive(postmaster.pid)) return;
        process.kill(postmaster.pid, 'SIGQUIT');
        while (isAlive(postmaster.pid)) await sleep(10);
      },
      promote: async () => {
        await run('pg_ctl', ['promote', '-w', '-s', '-D', data]);
      },
    };
    nodes.push(node);
    return node;
  };
  const copyThrough = async (port: number, name: string, more: readonly string[]): Promise<string> => {
    const data = folder(name);
    const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
    await run('pg_basebackup', [...from, '-D', data, '-X', 'stream', '-c', 'fast', '-N', ...more]);
    return data;
  };

  const data = folder('primary');
  const passwordFile = join(root, 'password');
  writeFileSync(passwordFile, passwords.administrator, { mode: 0o644 });
  const locale = ['--locale=C', '-E', 'UTF8', '-N'];
  await run('initdb', ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, ...locale]);
  const primary = nodeOf(data, await freePort());
  await primary.start();
  let copies = 0;

  return {
    primary,
    passwords,
    replica: async () => {
      const network = await createTcpProxy({ host: '127.0.0.1', port: primary.port });
      proxies.push(network);
      const node = nodeOf(await copyThrough(network.port, 'replica', ['-R']), await freePort());
      await node.start();
      return { ...node, network };
    },
    baseCopy: async () => {
      copies += 1;
      return nodeOf(await copyThrough(primary.port, `copy-${copies}`, []), primary.port);
    },
    close: async () => {
      for (const node of nodes) await node.crash();
      for (const proxy of proxies) await proxy.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
};
