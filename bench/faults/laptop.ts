import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { bundle } from '../../electron/testing/bundle.ts';
import { operatorIdOf, PIN } from '../../electron/testing/operators.ts';
import { type CallInput, type CallName, type CallOutput, calls } from '../../shared/contract/calls.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Answer, regieErrorSchema } from '../../shared/contract/errors.ts';
import { operatorOn } from './ground.ts';

/** A whole core in a process of its own, with a data directory that outlives it. */
export type Laptop = {
  readonly name: string;
  readonly dataDir: string;
  /** Starts it on a festival, or lets the running one change to it, and signs its operator in. */
  use(settings: ConnectionSettings): Promise<void>;
  /** SIGKILL. What was asked and not answered stays unanswered. */
  kill(): Promise<void>;
  /** Starts it again where it is dead, and signs its operator in, with or without the network. */
  revive(): Promise<void>;
  /** Undefined where it died before it answered. */
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Answer<CallOutput<Name>> | undefined>;
};

const replySchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ state: z.string() }),
  z.object({ id: z.int(), answer: z.unknown() }),
]);
const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: regieErrorSchema }),
]);
const SIGN_IN_WITHIN_MS = 10_000;

/** What laptops run, as one file in `folder`: they are started and killed all the time. @returns where it is. */
export const bundleConsole = (folder: string): Promise<string> =>
  bundle(join(import.meta.dirname, '../../electron/testing/core-process.ts'), folder);

/** @param program from `bundleConsole` */
export const createLaptop = (name: string, dataDir: string, program: string): Laptop => {
  mkdirSync(dataDir, { recursive: true });
  let child: ChildProcess | undefined;
  let festival: ConnectionSettings | undefined;
  let nextId = 1;
  const open = new Map<number, (answer: unknown) => void>();

  const start = async (): Promise<void> => {
    const started = fork(program, [JSON.stringify({ settings: festival, laptop: name, dataDir })], {
      execArgv: ['--no-warnings'],
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.once('exit', () => {
        if (child === started) child = undefined;
        for (const resolveCall of open.values()) resolveCall(undefined);
        open.clear();
        reject(new Error(`${name} ended while it started`));
      });
      started.on('message', (message) => {
        const reply = replySchema.parse(message);
        if ('ready' in reply) resolve();
        if (!('id' in reply)) return;
        open.get(reply.id)?.(reply.answer);
        open.delete(reply.id);
      });
    });
  };

  const callNow: Laptop['call'] = async (callName, input) => {
    const asked = child;
    if (asked === undefined) return undefined;
    const id = nextId;
    nextId += 1;
    const reply = await new Promise<unknown>((resolve) => {
      open.set(id, resolve);
      asked.send({ id, call: callName, input }, (error) => {
        if (error) resolve(undefined);
      });
    });
    if (reply === undefined) return undefined;
    const answer = answerSchema.parse(reply);
    return answer.ok ? { ok: true, value: calls[callName].output.parse(answer.value) as never } : answer;
  };

  /** As soon as the laptop knows its operators; not at all where it dies, or never hears of them. */
  const signIn = async (): Promise<void> => {
    const operatorId = operatorIdOf(operatorOn(name));
    const until = performance.now() + SIGN_IN_WITHIN_MS;
    while (performance.now() < until) {
      const answer = await callNow('session.signIn', { operatorId, pin: PIN });
      if (answer === undefined || answer.ok) return;
      await sleep(50);
    }
  };

  /** What is done at a laptop is done by somebody: it waits while they sign in. */
  let signingIn: Promise<void> = Promise.resolve();
  const call: Laptop['call'] = async (callName, input) => {
    await signingIn.catch(() => undefined);
    return callNow(callName, input);
  };

  return {
    name,
    dataDir,
    call,
    use: async (settings) => {
      festival = settings;
      if (child === undefined) await start();
      else {
        const used = await callNow('connection.use', { settings });
        if (!used?.ok) throw new Error(`${name} did not change to another festival`);
      }
      await signIn();
    },
    kill: async () => {
      const dying = child;
      if (dying === undefined) return;
      const gone = new Promise((resolve) => dying.once('exit', resolve));
      dying.kill('SIGKILL');
      await gone;
    },
    revive: async () => {
      if (child !== undefined) return;
      signingIn = start().then(signIn);
      await signingIn;
    },
  };
};
