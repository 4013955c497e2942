import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { type Deed, type Seen, seenSchema } from './messages.ts';

const root = join(import.meta.dirname, '..', '..', '..');
type Of<Kind extends Seen['seen']> = Extract<Seen, { seen: Kind }>;

/** The desktop in a process of its own, on a double of Electron. */
export type DesktopProcess = {
  /** Everything that it asked of Electron, in its order. */
  readonly seen: readonly Seen[];
  readonly printed: () => string;
  /** Waits for what satisfies the condition, after the first `from` things seen. */
  see<Kind extends Seen['seen']>(kind: Kind, is?: (seen: Of<Kind>) => boolean, from?: number): Promise<Of<Kind>>;
  /** The names of the calls so far. */
  calls(): string[];
  do(deed: Deed): void;
  /** Presses a button of a dialog, by its label. */
  press(dialog: Of<'dialog'>, button: string): void;
  readonly exited: Promise<number | null>;
  /** As the system asks a program to end. */
  end(): void;
  kill(): void;
};

export const startDesktop = (options: {
  dataDir: string;
  browser: string;
  home: string;
  database?: string;
  packaged?: boolean;
  args?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}): DesktopProcess => {
  const { dataDir, browser, home, packaged = false, args = [] } = options;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...['--no-warnings', '--import', join(import.meta.dirname, 'register.ts')],
      join(root, 'electron', 'desktop', 'main.ts'),
      ...['--data-dir', dataDir, '--laptop', 'booth-1', ...args],
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        ...options.environment,
        REGIE_ELECTRON_DOUBLE: JSON.stringify({ browser, packaged, home }),
        REGIE_DATABASE: options.database,
      },
    },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const seen: Seen[] = [];
  child.on('message', (message) => seen.push(seenSchema.parse(message)));
  const act = (deed: Deed): void => void child.send(deed);
  return {
    seen,
    printed: () => printed,
    see: (kind, is = () => true, from = 0) =>
      eventually(() => {
        const found = seen.slice(from).find((one): one is Of<typeof kind> => one.seen === kind && is(one as never));
        if (found !== undefined) return found;
        throw new Error(`no ${kind} yet: ${JSON.stringify(seen.slice(from).slice(-12))}\n${printed}`);
      }),
    calls: () => seen.flatMap((one) => (one.seen === 'call' ? [one.name] : [])),
    do: act,
    press: ({ id, options: { buttons } }, button) => {
      const response = Array.isArray(buttons) ? buttons.indexOf(button) : -1;
      if (response < 0) throw new Error(`there is no button ${button}: ${JSON.stringify(buttons)}`);
      act({ deed: 'answer', id, answer: { response } });
    },
    exited: once(child, 'exit').then(([code]) => code as number | null),
    end: () => child.kill('SIGTERM'),
    kill: () => child.kill('SIGKILL'),
  };
};
