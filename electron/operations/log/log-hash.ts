import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../shared/domain/command-body.ts';
import type { LogEntry } from '../../../shared/domain/log.ts';

/** The hash of what comes before the first entry of the incident log. */
export const FIRST_LOG_HASH = createHash('sha256').update('regie log').digest('hex');

/** The same of an entry as an exported line says it, whatever it says beside what is known here. */
export const hashOf = (previous: string, said: Readonly<Record<string, unknown>>): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(canonicalJson(said)).digest('hex');

/** The hash of an entry over the one before it, as `console.log_hash` computes it in the database. */
export const logHash = (previous: string, said: LogEntry): string => hashOf(previous, said);
