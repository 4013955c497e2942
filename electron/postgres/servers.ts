import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { DatabaseHost } from '../../shared/domain/database-hosts.ts';
import { codeOf } from '../lib/postgres-errors.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { driverOptions, hostsOf } from './connection-settings.ts';
import { destroySocket, type Reached, type TimedQuery } from './driver.ts';

/**
 * On which of the servers that an address names the festival's database is. All connections of a site ask here, so that
 * they go to the same one (docs/offline.md, "Several servers").
 */
export type Servers = {
  /**
   * The one that takes writes: the one in use, or found by asking all of them.
   * @throws NoPrimary where only replicas answer, else what was wrong with those that did not
   */
  find(): Promise<DatabaseHost>;
  /** A connection to it failed or broke: it is looked for anew. */
  lost(server: DatabaseHost): void;
  /** What is there was compared with what this laptop knows: from now on work may be done on it. */
  recognise(incarnation: string): void;
  /** Whether work may be done on a connection. Before anything was recognised, on any that takes writes. */
  admits(reached: Reached): boolean;
  /** What was recognised: connections of an earlier time are not used again. */
  recognised(): string | null;
};

/** Servers answer, and none of them takes writes. */
export class NoPrimary extends Error {
  override readonly name = 'NoPrimary';
  readonly code = 'REGIE_NO_PRIMARY';
}

const ASK_MS = 3_000;
/** Once one takes writes, how long another is waited for that may have been promoted after it. */
const OTHERS_MS = 400;

const foundRow = z.object({ replica: z.boolean(), read_only: z.boolean(), timeline: z.string().nullable() });
type Found = z.output<typeof foundRow> & { readonly server: DatabaseHost };

/** @param settings read at each search: a password that is typed in later is used then. The servers stay the same. */
export const createServers = (settings: ConnectionSettings): Servers => {
  const hosts = hostsOf(settings);
  const isOneOfSeveral = hosts.length > 1;
  let inUse: DatabaseHost | null = isOneOfSeveral ? null : hosts[0];
  let recognised: string | null = null;
  const search = singleFlight(async () => {
    inUse = await findPrimary(settings, hosts);
    return inUse;
  });
  return {
    find: async () => inUse ?? search(),
    lost: (server) => {
      if (isOneOfSeveral && inUse?.host === server.host && inUse.port === server.port) inUse = null;
    },
    recognise: (incarnation) => {
      recognised = incarnation;
    },
    // One server alone may be read whatever it is: its screens say that it takes nothing.
    admits: ({ replica, incarnation }) =>
      (recognised === null || recognised === incarnation) && !(replica && isOneOfSeveral),
    recognised: () => recognised,
  };
};

const findPrimary = async (settings: ConnectionSettings, servers: readonly DatabaseHost[]): Promise<DatabaseHost> => {
  const found: Found[] = [];
  const errors: unknown[] = [];
  const written = Promise.withResolvers<void>();
  const all = Promise.all(
    servers.map(async (server) => {
      try {
        const one = { ...(await ask(settings, server)), server };
        found.push(one);
        if (takesWrites(one)) written.resolve();
      } catch (error) {
        errors.push(error);
      }
    }),
  );
  await Promise.race([all, written.promise.then(() => Promise.race([all, sleep(OTHERS_MS)]))]);
  const inOrder = servers.flatMap((server) => found.find((one) => one.server === server) ?? []);
  // Where two take writes, the one that was promoted last is the festival's: the other was given up.
  const [best] = inOrder.filter(takesWrites).sort((a, b) => (b.timeline ?? '').localeCompare(a.timeline ?? ''));
  const readable = best ?? inOrder.find(({ replica }) => !replica);
  if (readable !== undefined) return readable.server;
  if (inOrder.length > 0)
    throw new NoPrimary(`${inOrder.length} of ${servers.length} servers answer, all of them replicas`);
  // What a server has said is worth more than that another is not there.
  throw errors.find((error) => /^[0-9A-Z]{5}$/.test(codeOf(error))) ?? errors[0];
};

const takesWrites = ({ replica, read_only }: Found): boolean => !replica && !read_only;

const ask = async (settings: ConnectionSettings, server: DatabaseHost): Promise<z.output<typeof foundRow>> => {
  const client = new pg.Client({
    ...driverOptions(settings, server),
    application_name: 'regie/search',
    connectionTimeoutMillis: ASK_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const query: TimedQuery = {
      // Its first eight digits are the timeline, which counts promotions.
      text: `select /* regie:search */ pg_is_in_recovery() as replica,
          current_setting('transaction_read_only') = 'on' as read_only,
          case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline`,
      query_timeout: ASK_MS,
    };
    return foundRow.parse((await client.query(query)).rows[0]);
  } finally {
    destroySocket(client);
  }
};
