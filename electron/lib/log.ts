import { join } from 'node:path';
import { pino } from 'pino';
import { createStream } from 'rotating-file-stream';

/** The structured log. Facts hold card ids at most: no card holder's data, no secrets. */
export type Log = {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
};

/** JSON lines in `<dataDir>/logs/`, rotated at 10 MB, the last ten kept. Errors among the facts keep stack and cause. */
export const openLog = (dataDir: string): { log: Log; close(): Promise<void> } => {
  const file = createStream('regie.jsonl', { path: join(dataDir, 'logs'), size: '10M', maxFiles: 10 });
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
    file,
  );
  return {
    log: {
      info: (message, facts = {}) => logger.info(facts, message),
      warn: (message, facts = {}) => logger.warn(facts, message),
      error: (message, facts = {}) => logger.error(facts, message),
    },
    close: () =>
      new Promise((resolve) => {
        file.once('close', () => resolve());
        file.end();
      }),
  };
};
