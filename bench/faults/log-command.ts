import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { CommandName } from '../../shared/contract/calls.ts';

/** An entry of the incident log, or a picture for one: in one piece, and like no other. */
export const logCommand = (
  card: string,
  action: 'log' | 'picture',
): { command: CommandName; input: Record<string, unknown> } => {
  if (action === 'log') {
    return {
      command: 'log.write',
      input: {
        ...{ kind: 'observation', text: `${card} was swapped #reader`, place: null, tags: ['reader'], mentions: [] },
        ...{ importance: 'normal', links: [], decision: null, followUp: null, occurredAt: null, lateReason: null },
      },
    };
  }
  const contents = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(uuid())]);
  const sha256 = createHash('sha256').update(contents).digest('hex');
  const data = contents.toString('base64');
  return { command: 'log.attach', input: { fileId: uuid(), sha256, type: 'image/png', piece: 0, pieces: 1, data } };
};
