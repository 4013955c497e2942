import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type CallInput, type CallName, type CallOutput, type CommandName, calls } from '../shared/contract/calls.ts';
import { type Answer, failed, regieErrorSchema } from '../shared/contract/errors.ts';
import { eventSchema, type RegieEvent } from '../shared/contract/events.ts';
import { keepSecret, offered, refused, takeToken } from './entry.ts';

/** The way to the core: the desktop's preload, or the browser host's socket. */
type Transport = {
  call(name: string, input: unknown): Promise<unknown>;
  onEvent(listener: (event: unknown) => void): void;
};
/** The desktop's window saves what it prints itself. */
type Desktop = Transport & { print(name: string): Promise<unknown> };

declare global {
  interface Window {
    readonly regie?: Desktop;
  }
}

/** `refused`: this browser is not let in; it needs an address of this launch. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: regieErrorSchema }),
]);
const messageSchema = z.union([
  z.object({ id: z.int(), answer: z.unknown() }),
  z.object({ event: z.unknown() }),
  z.object({ session: z.string() }),
]);
/** As the browser host closes a socket whose handshake opens nothing. */
const NOT_LET_IN = 4401;

const RETRY_MS = [250, 500, 1_000, 2_000, 4_000];

/**
 * One socket for all calls. Calls that were under way when it broke are sent again: queries and live requests change
 * nothing, and a command carries its operation_id.
 */
const socketTransport = (onConnection: (state: Connection) => void): Transport => {
  const listeners = new Set<(event: unknown) => void>();
  const pending = new Map<number, { message: string; resolve: (answer: unknown) => void }>();
  let socket: WebSocket | undefined;
  let nextId = 1;
  let attempts = 0;
  /** Calls go out once the host has said that this tab is let in. */
  let isOpen = false;

  const connect = (): void => {
    const opened = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/socket`, ['regie', offered()]);
    isOpen = false;
    socket = opened;
    const letIn = (): void => {
      if (isOpen || socket !== opened) return;
      isOpen = true;
      const again = attempts > 0;
      attempts = 0;
      onConnection('open');
      for (const { message } of pending.values()) opened.send(message);
      if (again) for (const listener of listeners) listener({ event: 'reload' });
    };
    opened.addEventListener('message', ({ data }) => {
      if (socket !== opened) return;
      const message = messageSchema.safeParse(JSON.parse(String(data)));
      if (!message.success) return;
      if ('session' in message.data) {
        if (message.data.session !== '') keepSecret(message.data.session);
        letIn();
      } else if ('event' in message.data) for (const listener of listeners) listener(message.data.event);
      else {
        pending.get(message.data.id)?.resolve(message.data.answer);
        pending.delete(message.data.id);
      }
    });
    opened.addEventListener('close', ({ code }) => {
      if (socket !== opened) return;
      if (code === NOT_LET_IN && !refused()) {
        attempts = 1;
        onConnection('refused');
        return;
      }
      isOpen = false;
      onConnection('lost');
      setTimeout(connect, RETRY_MS[Math.min(attempts, RETRY_MS.length - 1)]);
      attempts += 1;
    });
  };
  takeToken();
  connect();
  // A new address in a tab that is open already changes nothing but what is behind the #.
  addEventListener('hashchange', () => {
    if (!takeToken()) return;
    socket?.close();
    connect();
  });

  return {
    call: (name, input) =>
      new Promise((resolve) => {
        const id = nextId;
        nextId += 1;
        const message = JSON.stringify({ id, call: name, input });
        pending.set(id, { message, resolve });
        if (isOpen) socket?.send(message);
      }),
    onEvent: (listener) => {
      listeners.add(listener);
    },
  };
};

let transport: Transport | undefined;

/** Connects to the core. Call once, before anything else. */
export const connectBridge = (options: {
  onConnection: (state: Connection) => void;
  onEvent: (event: RegieEvent) => void;
}): void => {
  transport = window.regie ?? socketTransport(options.onConnection);
  if (window.regie) options.onConnection('open');
  transport.onEvent((event) => {
    const parsed = eventSchema.safeParse(event);
    if (parsed.success) options.onEvent(parsed.data);
    else console.error('the core pushed something unknown', parsed.error);
  });
};

/** Calls the core. Answers are held to the contract like everything from outside. */
export const call = async <Name extends CallName>(
  name: Name,
  input: CallInput<Name>,
): Promise<Answer<CallOutput<Name>>> => {
  const answer = answerSchema.safeParse(await transport?.call(name, input));
  if (!answer.success) return failed('internal');
  if (!answer.data.ok) return answer.data;
  const value = calls[name].output.safeParse(answer.data.value);
  if (value.success) return { ok: true, value: value.data as CallOutput<Name> };
  console.error(`the answer to ${name} does not fit the contract`, value.error);
  return failed('unknown_call');
};

/** An id for a command. Made once for what the operator means, the same for every repeat of it. */
export const newOperationId = (): string => uuid();

/** A command's input; its operationId is made on sending unless the caller keeps one for repeats. */
export type CommandInput<Name extends CommandName> = Omit<CallInput<Name>, 'operationId'> & { operationId?: string };
