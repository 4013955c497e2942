import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { HeartbeatTest, Outside } from '../../shared/contract/outside.ts';
import { isPrivateAddress } from '../../shared/domain/escalation.ts';
import { codeOf } from '../lib/error-code.ts';
import { reasonFor } from '../operations/escalation/not-sent.ts';
import { post } from '../operations/escalation/post.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';

/** A file of the data directory, which is closed to other users. */
const HEARTBEAT_FILE = 'heartbeat-url';

/** Where this laptop's heartbeat goes. The address comes in, and never out again: on no screen, in no log. */
export type HeartbeatSetting = {
  start(): void;
  view(): Pick<Outside, 'heartbeat' | 'heartbeatFrom'>;
  /**
   * Sends it there from now on, and at the next start; null: nowhere. Refused where the environment says where, and where
   * the file can't be written: then it goes on as before.
   * @param by who asks, for the log
   */
  set(address: string | null, by: string): Answer<Record<string, never>>;
  /** Sends one now, to this address or, with null, to the one in use, and says how its server answered. */
  test(address: string | null): Promise<Answer<HeartbeatTest>>;
  close(): Promise<void>;
};

/** @param options.given what the environment says, which goes before what was set */
export const createHeartbeatSetting = (
  options: Omit<Parameters<typeof startHeartbeat>[0], 'url'> & { dataDir: string; given: string | undefined },
): HeartbeatSetting => {
  const { dataDir, given, ...beating } = options;
  const file = join(dataDir, HEARTBEAT_FILE);
  const ended: Promise<void>[] = [];
  let address = given ?? readAddress(file);
  let heartbeat: Heartbeat | undefined;
  const start = (): void => {
    heartbeat = address === undefined ? undefined : startHeartbeat({ ...beating, url: address });
  };
  const stop = (): void => {
    if (heartbeat !== undefined) ended.push(heartbeat.close());
  };
  return {
    start,
    view: () => ({
      heartbeat: heartbeat?.view() ?? null,
      heartbeatFrom: address === undefined ? null : given === undefined ? 'setting' : 'environment',
    }),
    set: (wanted, by) => {
      if (given !== undefined) return failed('heartbeat_from_environment');
      if (wanted !== null && !isPrivateAddress(wanted)) return failed('heartbeat_address');
      try {
        writeAddress(file, wanted);
      } catch (error) {
        const code = codeOf(error) ?? '';
        beating.log.warn('where the heartbeat goes could not be saved', { by, code });
        return code === 'ENOSPC' ? failed('disk_full') : failed('heartbeat_not_saved', { code });
      }
      beating.log.info(wanted === null ? 'the heartbeat was switched off' : 'the address of the heartbeat was set', {
        by,
      });
      address = wanted ?? undefined;
      stop();
      start();
      return answered({});
    },
    test: async (typed) => {
      const url = typed ?? address;
      if (url === undefined || !isPrivateAddress(url)) return failed('heartbeat_address');
      try {
        await post(url, { json: {}, headers: {}, id: uuid() });
        return answered({ at: beating.instant(), refused: null });
      } catch (error) {
        return answered({ at: beating.instant(), refused: reasonFor(error) });
      }
    },
    close: async () => {
      stop();
      await Promise.all(ended);
    },
  };
};

/** The first line. What it is not good for, Health says. */
const readAddress = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0]?.trim() || undefined;
  } catch {
    return undefined;
  }
};

/** Replaces the file in one step: a crash or a full disk leaves the old one or the new one. */
const writeAddress = (file: string, address: string | null): void => {
  if (address === null) {
    rmSync(file, { force: true });
    return;
  }
  const written = `${file}.new`;
  try {
    const opened = openSync(written, 'w', 0o600);
    try {
      writeSync(opened, `${address}\n`);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(written, file);
  } catch (error) {
    rmSync(written, { force: true, recursive: true });
    throw error;
  }
};
