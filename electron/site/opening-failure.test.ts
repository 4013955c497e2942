import { expect, it } from 'vitest';
import { errorTexts } from '../../shared/i18n/errors.ts';
import { NewerBuffer } from '../buffer/buffer.ts';
import { TrainingServerError } from '../training/index.ts';
import { explainOpening } from './opening-failure.ts';

it('a training server that cannot run is explained by a sentence of both languages', () => {
  const error = new TrainingServerError('training_server_newer', { folder: '/data' });
  expect(error.message).toContain('in /data was prepared by a newer Regie');
  expect(explainOpening('training', error, null)).toEqual({
    code: 'training_server_newer',
    params: { folder: '/data' },
  });
  expect(errorTexts.fr[error.code]).toContain('{{folder}}');
});

it('local files of a newer Regie are explained by a sentence of their own', () => {
  expect(explainOpening('files', new NewerBuffer('its version 9, ours 5'), null)).toEqual({
    code: 'festival_files_newer',
    params: {},
  });
});
