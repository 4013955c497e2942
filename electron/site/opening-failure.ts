import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { RegieError } from '../../shared/contract/errors.ts';
import { NewerBuffer } from '../buffer/buffer.ts';
import { TrainingServerError } from '../training/index.ts';

/** What kept a festival from being opened, as a sentence that says what to do (`errors.*`). */
export const explainOpening = (
  step: 'settings' | 'training' | 'files',
  error: unknown,
  settings: ConnectionSettings | null,
): RegieError => {
  const why = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 300) ?? '';
  switch (step) {
    case 'settings':
      return settings?.caFile === undefined
        ? { code: 'festival_settings_unusable', params: { why } }
        : { code: 'festival_ca_unreadable', params: { file: settings.caFile } };
    case 'training':
      return error instanceof TrainingServerError
        ? { code: error.code, params: error.params }
        : { code: 'festival_training_broken', params: { why } };
    case 'files':
      return error instanceof NewerBuffer
        ? { code: 'festival_files_newer', params: {} }
        : { code: 'festival_files_unusable', params: { why } };
  }
};
