import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { MadeReport } from '../../shared/contract/reports.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Language } from '../../shared/domain/language.ts';
import type { ReportSignature } from '../../shared/domain/report.ts';
import type { ReportFormat } from '../../shared/domain/report-format.ts';
import type { Log } from '../lib/log.ts';
import { codeOf } from '../lib/postgres-errors.ts';
import { TaskCutOff } from '../lib/side-thread.ts';
import { makeReport, type ReportOrder, type ReportProgress } from '../operations/reports/make-report.ts';
import { RangeRefused } from '../operations/reports/range.ts';
import { examine } from '../postgres/doctor.ts';
import { openFestivalDatabase } from '../postgres/pool.ts';
import { createReportFiles } from '../report-files/report-files.ts';
import type { AboutReport } from '../report-files/thread.ts';

/** Reports that this laptop makes, and the files that it has of them: their data, from which each format is written. */
export type Reports = {
  readonly folder: string;
  progress(): ReportProgress | null;
  made(): Promise<readonly MadeReport[]>;
  /** One at a time. */
  make(order: ReportOrder): Promise<Answer<{ sha256: string }>>;
  cancel(): void;
  /** A piece of a report's file, in base64, from a byte on. */
  piece(
    sha256: string,
    options: { format: ReportFormat; language: Language; signature: ReportSignature | null; from: number },
  ): Promise<Answer<{ name: string; base64: string; next: number | null }>>;
  close(): Promise<void>;
};

/** A multiple of three, so that pieces of base64 are those of the whole. */
const PIECE_BYTES = 384 * 1_024;
const NAME = /^([0-9a-f]{64})\.json$/;

export const createReports = (options: {
  /** Null: the festival could not be opened. */
  settings: ConnectionSettings | null;
  folder: string;
  laptop: string;
  timeZone: string;
  clock: Clock;
  log: Pick<Log, 'info' | 'error'>;
  onProgress: () => void;
}): Reports => {
  const { settings, folder, laptop, log, onProgress } = options;
  let running: { controller: AbortController; done: Promise<unknown> } | undefined;
  let progress: ReportProgress | null = null;
  /** What files say, which never changes under their name. */
  const known = new Map<string, MadeReport>();
  /** The last file that was asked for: it is fetched in pieces. */
  let written: { key: string; name: string; bytes: Uint8Array } | undefined;

  const files = createReportFiles();
  const pathOf = (sha256: string): string => join(folder, `${sha256}.json`);

  const write = async (order: ReportOrder, signal: AbortSignal): Promise<Answer<{ sha256: string }>> => {
    if (settings === null) return failed('offline');
    const database = openFestivalDatabase({
      ...{ settings, applicationName: `regie/${laptop}/report`, size: 1, closeGraceMs: 0 },
    });
    // What runs in the database ends with its connection.
    const end = (): void => void database.close();
    signal.addEventListener('abort', end);
    try {
      const report = await makeReport({
        ...{ database, order, timeZone: options.timeZone, signal },
        examine: () => examine(settings, { clock: options.clock }),
        onProgress: (at) => {
          progress = at;
          onProgress();
        },
      });
      const { json, ...about } = await files.hash({ report });
      signal.throwIfAborted();
      const { sha256 } = about;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(sha256);
      await writeFile(`${path}.partial`, json, { mode: 0o600 });
      await rename(`${path}.partial`, path);
      known.set(sha256, madeOf(about));
      log.info('a report was made', { kind: order.kind, sha256 });
      return answered({ sha256 });
    } catch (error) {
      if (signal.aborted) return failed('report_cancelled');
      if (error instanceof RangeRefused) return failed(error.code, error.params);
      if (codeOf(error) === 'ENOSPC') return failed('report_disk_full');
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
      await database.close();
    }
  };

  const read = async (sha256: string): Promise<MadeReport | null> => {
    const found = known.get(sha256);
    if (found !== undefined) return found;
    try {
      const made = madeOf(await files.about({ path: pathOf(sha256) }));
      known.set(sha256, made);
      return made;
    } catch (error) {
      if (!(error instanceof TaskCutOff)) log.error('a report cannot be read', { sha256, error });
      return null;
    }
  };

  return {
    folder,
    progress: () => progress,
    made: async () => {
      const names = (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => NAME.exec(name)?.[1] ?? []);
      const made = await Promise.all(names.map(read));
      return made.filter((one) => one !== null).sort((a, b) => b.takenAt.localeCompare(a.takenAt));
    },
    make: async (order) => {
      if (running !== undefined) return failed('report_running');
      const controller = new AbortController();
      const done = write(order, controller.signal);
      running = { controller, done };
      try {
        return await done;
      } finally {
        running = undefined;
        progress = null;
        onProgress();
      }
    },
    cancel: () => running?.controller.abort(),
    piece: async (sha256, { from, ...how }) => {
      const path = pathOf(sha256);
      if (!existsSync(path)) return failed('report_missing');
      const key = JSON.stringify([sha256, how]);
      try {
        if (written?.key !== key) written = { key, ...(await files.write({ path, ...how })) };
      } catch (error) {
        if (error instanceof TaskCutOff) return failed('export_too_slow');
        throw error;
      }
      const { name, bytes } = written;
      const end = Math.min(bytes.length, from + PIECE_BYTES);
      const next = end < bytes.length ? end : null;
      if (next === null) written = undefined;
      return answered({ name, base64: Buffer.from(bytes.subarray(from, end)).toString('base64'), next });
    },
    close: async () => {
      running?.controller.abort();
      await files.close();
      await running?.done.catch(() => undefined);
      // What was being written when this console was killed.
      for (const name of existsSync(folder) ? readdirSync(folder) : []) {
        if (name.endsWith('.partial')) rmSync(join(folder, name), { force: true });
      }
    },
  };
};

const madeOf = ({ sha256, head, differs }: AboutReport): MadeReport => ({
  ...{ sha256, kind: head.kind, from: head.from, to: head.to, takenAt: head.takenAt },
  ...{ festivalId: head.festival.id, audit: head.audit, differs },
});
