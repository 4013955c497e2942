import { type Attachment, MOST_ATTACHMENTS, PIECE_LENGTH } from '../../../shared/domain/log.ts';
import { base64Of } from '../../base64.ts';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { i18n } from '../../i18n.ts';
import { changeDraft, useLogLine } from '../../stores/log-line.ts';
import { showToast } from '../../stores/ui.ts';
import { visibleText } from '../../visible-text.ts';
import { type Picture, preparePicture } from './prepare-picture.ts';

/**
 * Puts pictures on this laptop's disk and on their way, and into the entry that is being written: when that is written,
 * they are safe already. What is refused is said, and the text stays.
 */
export const attachFiles = async (files: readonly File[]): Promise<void> => {
  for (const file of files) {
    const { attachments } = useLogLine.getState().draft;
    if (attachments.length >= MOST_ATTACHMENTS) {
      return showToast(i18n.t('log.file_tooMany', { count: MOST_ATTACHMENTS }), 'bad');
    }
    const picture = await preparePicture(file);
    if (typeof picture === 'string') {
      showToast(i18n.t(`log.file_${picture}`, { name: visibleText(file.name) }), 'bad');
      continue;
    }
    const attachment = await keep(picture);
    if (attachment === null) return;
    const { draft } = useLogLine.getState();
    if (draft.attachments.some(({ sha256 }) => sha256 === attachment.sha256)) continue;
    changeDraft({ attachments: [...draft.attachments, attachment] });
  }
};

const keep = async ({ name, type, contents }: Picture): Promise<Attachment | null> => {
  const sha256 = hexOf(await crypto.subtle.digest('SHA-256', contents.slice().buffer));
  const text = base64Of(contents);
  const pieces = Math.ceil(text.length / PIECE_LENGTH);
  const fileId = newOperationId();
  for (let piece = 0; piece < pieces; piece += 1) {
    const data = text.slice(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH);
    const outcome = await submit(
      'log.attach',
      { fileId, sha256, type, piece, pieces, data },
      { done: null, waiting: null },
    );
    if (outcome === null) return null;
  }
  return { sha256, name, type, bytes: contents.length };
};

const hexOf = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
