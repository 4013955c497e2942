import type { WebSocket } from 'ws';
import { z } from 'zod';
import { parseBoundedJson } from '../lib/bounded-json.ts';
import type { Entered } from './entry.ts';

const messageSchema = z.strictObject({ id: z.int(), call: z.string().max(100), input: z.unknown() });

/** A tab that reads nothing for so long a backlog is closed; it connects again and loads afresh. */
const BACKLOG_BYTES = 16_000_000;
/** RFC 6455: the endpoint received data that does not fit its type. */
const BAD_MESSAGE = 1007;
const BACKLOG = 1013;
/** An exported file of thousands of waiting actions is the longest message that there is; everything else is short. */
export const LONGEST_MESSAGE = 16_000_000;
const LONG_MESSAGE = 2_000_000;
/** Where the name of the call stands in a message. */
const HEAD = 200;

/** Answers one browser tab: `{id, call, input}` → `{id, answer}`, and `{event}` for what the core pushes. */
export const serveSocket = (socket: WebSocket, { client, secret, leave }: Entered): void => {
  const send = (message: unknown): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > BACKLOG_BYTES) socket.close(BACKLOG, 'too far behind');
    else socket.send(JSON.stringify(message));
  };
  // First of all: the tab is let in, with its secret where it has none yet.
  send({ session: secret ?? '' });
  const unsubscribe = client.subscribe((event) => send({ event }));
  socket.on('close', () => {
    unsubscribe();
    leave();
  });
  // ws tells the other side why and closes: whoever is cut off in the middle of a message would never hear it.
  socket.on('error', () => undefined);
  socket.on('message', (data, binary) => {
    const message = binary ? undefined : parse(String(data));
    if (message === undefined) {
      socket.close(BAD_MESSAGE, 'not a call');
      return;
    }
    const { id, call, input } = message;
    client.call(call, input).then(
      (answer) => send({ id, answer }),
      () => socket.close(BAD_MESSAGE, 'not a call'),
    );
  });
};

const parse = (text: string): z.infer<typeof messageSchema> | undefined => {
  try {
    const characters = text.slice(0, HEAD).includes('"outbox.import"') ? LONGEST_MESSAGE : LONG_MESSAGE;
    return messageSchema.safeParse(parseBoundedJson(text, { characters })).data;
  } catch {
    return undefined;
  }
};
