import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';

/** A festival's database as it is attacked: its administrator looks, and two laptops have a login each. */
export type Target = {
  readonly admin: pg.Client;
  /** What lies on every laptop: `regie_console` and nothing more. */
  readonly login: ConnectionSettings;
  /** The login of another laptop, where each has one of its own. */
  readonly other: ConnectionSettings;
};

export type Attack = {
  /** What must not happen, or must go on: read after "held:" or "broken:". */
  readonly name: string;
  /** @returns what the attack reached; nothing when it was held off. */
  run(target: Target): Promise<readonly string[]>;
};

/** What a statement does not reach when the server refuses it. @returns what was reached, or the wrong refusal. */
export const refused = async (client: pg.ClientBase, what: string, text: string, values: unknown[] = []) => {
  await client.query('begin');
  try {
    await client.query(text, values);
    return [what];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === '42501' ? [] : [`${what}: refused for another reason (${error})`];
  } finally {
    await client.query('rollback');
  }
};

/** Tries again until it works; gives up after a minute, which only ends a hang. */
export const eventually = async <T>(check: () => Promise<T>): Promise<T> => {
  const until = performance.now() + 60_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(25);
    }
  }
};
