/** One of the servers on which a festival's database may be. A host that begins with `/` is a Unix socket. */
export type DatabaseHost = { readonly host: string; readonly port: number };

/** More than any cluster has members that could take over. */
const MOST_HOSTS = 8;

/**
 * Reads `db1,db2:5433,[::1]:5434`: the servers that an address names, in its order.
 * @param port of those that name none
 * @returns undefined where one has no name or no port that can be, or where there are too many
 */
export const databaseHosts = (hosts: string, port: number): readonly [DatabaseHost, ...DatabaseHost[]] | undefined => {
  const read = hosts.split(',').map((one) => readHost(one.trim(), port));
  const [first, ...others] = read.flatMap((one) => one ?? []);
  return first === undefined || read.length > MOST_HOSTS || read.length !== others.length + 1
    ? undefined
    : [first, ...others];
};

const readHost = (text: string, port: number): DatabaseHost | undefined => {
  if (text.startsWith('/')) return { host: text, port };
  const [, inBrackets, plain, own] = /^(?:\[([^[\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  // An IPv6 address without brackets has no room for a port.
  const host = inBrackets ?? plain ?? (text.split(':').length > 2 && !/[[\]]/.test(text) ? text : undefined);
  const number = own === undefined ? port : Number(own);
  return host === undefined || host.trim() === '' || number < 1 || number > 65_535 ? undefined : { host, port: number };
};

/** A server as people write it. */
export const hostName = ({ host, port }: DatabaseHost): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
