import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { CommandName } from '../../shared/contract/calls.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { PIECE_LENGTH } from '../../shared/domain/log.ts';
import { entryOf } from './log-command.ts';

/** Of one piece, which is base64. */
const PIECE_BYTES = (PIECE_LENGTH / 4) * 3;
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** Somebody whose laptop died attaches the picture anew. */
const TRIES = 3;
const RESTARTED_MS = 500;

export const sha256Of = (contents: Buffer): string => createHash('sha256').update(contents).digest('hex');

/** The one picture that everybody takes of a card: of two or three pieces. */
const pictureOf = (card: string): Buffer => {
  const outputLength = PIECE_BYTES * (1 + (Number(card.replace(/\D/g, '')) % 2)) + 1_000;
  return Buffer.concat([PNG, createHash('shake256', { outputLength }).update(card).digest()]);
};

/** Submits a command. @returns what was answered; undefined where the core died before it did */
type Send = (
  command: CommandName,
  input: Readonly<Record<string, unknown>>,
) => Promise<CommandOutcome | 'refused' | undefined>;

/** A picture piece by piece and then the entry that shows it, as the screen submits them (renderer/features/log/attach.ts). */
export const attachPicture = async (card: string, send: Send): Promise<void> => {
  const contents = pictureOf(card);
  const [sha256, data, type] = [sha256Of(contents), contents.toString('base64'), 'image/png'];
  const pieces = Math.ceil(data.length / PIECE_LENGTH);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const fileId = uuid();
    let answer: Awaited<ReturnType<Send>>;
    for (let piece = 0; piece < pieces; piece += 1) {
      const part = data.slice(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH);
      answer = await send('log.attach', { operationId: uuid(), fileId, sha256, type, piece, pieces, data: part });
      if (answer === undefined) break;
      if (answer === 'refused' || 'error' in answer) return;
    }
    if (answer !== undefined) {
      const attachments = [{ sha256, name: `${card}.png`, type, bytes: contents.length }];
      await send('log.write', { operationId: uuid(), ...entryOf('observation', card), attachments });
      return;
    }
    await sleep(RESTARTED_MS);
  }
};
