import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Core } from '../core.ts';

const messageSchema = z.strictObject({ id: z.int(), call: z.string(), input: z.unknown() });

/** A tab that reads nothing for so long a backlog is closed; it connects again and loads afresh. */
const BACKLOG_BYTES = 16_000_000;
/** RFC 6455: the endpoint received data that does not fit its type. */
const BAD_MESSAGE = 1007;
const BACKLOG = 1013;

/** Answers one browser tab: `{id, call, input}` → `{id, answer}`, and `{event}` for what the core pushes. */
export const serveSocket = (socket: WebSocket, core: Core): void => {
  const send = (message: unknown): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > BACKLOG_BYTES) socket.close(BACKLOG, 'too far behind');
    else socket.send(JSON.stringify(message));
  };
  const unsubscribe = core.subscribe((event) => send({ event }));
  socket.on('close', unsubscribe);
  // ws tells the other side why and closes: whoever is cut off in the middle of a message would never hear it.
  socket.on('error', () => undefined);
  socket.on('message', async (data, binary) => {
    const message = binary ? undefined : parse(String(data));
    if (message === undefined) {
      socket.close(BAD_MESSAGE, 'not a call');
      return;
    }
    send({ id: message.id, answer: await core.call(message.call, message.input) });
  });
};

const parse = (text: string): z.infer<typeof messageSchema> | undefined => {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
