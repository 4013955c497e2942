import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ConsoleLine,
  LOG_LEVELS,
  type LogLevel,
  lineForSupport,
  parseConsoleLine,
  shownConsoleLine,
} from '../../shared/domain/console-log.ts';

/** What Regie itself has written down on this laptop. */
export type ConsoleLog = {
  /** The newest lines of at least this level that have the words in them, newest first. */
  read(wanted: { level: LogLevel; words: string }): Promise<ConsoleLine[]>;
  /** The newest lines for somebody outside (shared/domain/console-log.ts), the oldest first. */
  forSupport(): Promise<{ text: string; lines: number }>;
};

/** Of the end of the files: some thousands of lines. */
const READ_BYTES = 1_000_000;
const SHOWN = 500;

/** @param folder where `openLog` writes: the file in use, and rotated ones with their time in front */
export const createConsoleLog = (folder: string): ConsoleLog => {
  const lines = async (): Promise<string[]> => {
    const rotated = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.jsonl')).sort();
    // The file in use comes after all others.
    const files = [...rotated.filter((file) => file !== 'regie.jsonl'), 'regie.jsonl'];
    let text = '';
    for (const file of files.toReversed()) {
      if (text.length >= READ_BYTES) break;
      // One that was rotated, or cut off, may end within a line.
      text = `${await endOf(join(folder, file), READ_BYTES - text.length)}\n${text}`;
    }
    return text.split('\n');
  };
  return {
    read: async ({ level, words }) => {
      const least = LOG_LEVELS.indexOf(level);
      const wanted = words.trim().toLowerCase();
      const found: ConsoleLine[] = [];
      for (const text of (await lines()).toReversed()) {
        if (found.length >= SHOWN) break;
        if (wanted !== '' && !text.toLowerCase().includes(wanted)) continue;
        const raw = parseConsoleLine(text);
        const line = raw && shownConsoleLine(raw);
        if (line !== undefined && LOG_LEVELS.indexOf(line.level) >= least) found.push(line);
      }
      return found;
    },
    forSupport: async () => {
      const written = (await lines()).flatMap((text) => {
        const raw = parseConsoleLine(text);
        return raw === undefined ? [] : [lineForSupport(raw)];
      });
      return { text: `${written.join('\n')}\n`, lines: written.length };
    },
  };
};

/** The last bytes of a file; nothing where there is none. */
const endOf = async (file: string, bytes: number): Promise<string> => {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
};
