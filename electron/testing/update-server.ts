import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringify } from 'yaml';
import { makeKeys, signList } from '../../scripts/packaging/update-key.mjs';

/** A release as it lies on a server. */
export type Release = {
  readonly version: string;
  /** By their names; the list names each with its hash. */
  readonly files: Readonly<Record<string, Buffer>>;
};

export type UpdateServer = {
  readonly address: string;
  /** What was asked for, with its headers, in its order. */
  readonly asked: { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[];
  /** As packages have it: packaging/updates.json. */
  readonly packed: string;
  /** From now on it has this one. @param spoil what is wrong with it */
  offer(release: Release, spoil?: Spoil): void;
  close(): Promise<void>;
};

export type Spoil = {
  /** Signed by somebody else. */
  readonly stranger?: boolean;
  /** The list that was signed, as it is sent. */
  readonly list?: (text: string) => string;
  /** The name that was signed. */
  readonly name?: string;
  /** The packages, as they are sent; `hold` sends the first half and waits. */
  readonly files?: (contents: Buffer) => Buffer;
  readonly hold?: boolean;
  /** In the list before it is signed. */
  readonly url?: (name: string) => string;
};

/** A server of updates, as a festival has one: a folder with a release's lists, their signatures, and its packages. */
export const startUpdateServer = async (): Promise<UpdateServer> => {
  const [keys, others] = [makeKeys(), makeKeys()];
  const asked: UpdateServer['asked'] = [];
  let release: Release | undefined;
  let spoil: Spoil = {};
  const textOf = ({ version, files }: Release): string =>
    stringify({
      version,
      files: Object.entries(files).map(([name, contents]) => ({
        url: spoil.url?.(name) ?? name,
        sha512: createHash('sha512').update(contents).digest('base64'),
        size: contents.length,
      })),
      releaseDate: '2026-07-01T00:00:00.000Z',
    });
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, headers: request.headers });
    const [, list, sig] = /^\/releases\/(latest[\w-]*\.yml)(\.sig)?$/.exec(path) ?? [];
    const file = release?.files[path.replace('/releases/', '')];
    if (release !== undefined && list !== undefined) {
      const text = textOf(release);
      const signed = (): string => signList(spoil.name ?? list, text, spoil.stranger ? others : keys);
      response.end(sig === undefined ? (spoil.list?.(text) ?? text) : signed());
    } else if (file !== undefined) {
      const sent = spoil.files?.(file) ?? file;
      response.setHeader('Content-Length', sent.length);
      if (spoil.hold) response.write(sent.subarray(0, sent.length / 2));
      else response.end(sent);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{
      asked,
      address: `http://127.0.0.1:${port}/releases`,
      packed: JSON.stringify({ key: keys.publicKey, address: null }),
    },
    offer: (next, wrong = {}) => {
      release = next;
      spoil = wrong;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
