import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { reportCalls } from '../../shared/contract/reports.ts';
import { runbookListSchema } from '../../shared/contract/runbooks.ts';
import { systemStatusSchema } from '../../shared/contract/status.ts';

const root = join(import.meta.dirname, '..', '..');
const START_MS = 120_000;
const ALERT_MS = 60_000;
const STOP_MS = 20_000;

/** A runbook of the festival's own, which the console opens on its thread beside the main one. */
const OWN_RUNBOOK = {
  ...{ id: 'packaged', version: 1, title: { en: 'a', fr: 'b' }, source: 's', algorithms: [] },
  steps: [{ id: 'one', kind: 'instruction', window: [0, 5], title: { en: 'a', fr: 'b' }, text: { en: 'a', fr: 'b' } }],
};

/**
 * Starts the packaged core with the browser host on a training festival of its own, waits until a fault that it injects is an
 * alert, and has a report made.
 * @param options.app what was in the archive
 * @param options.dataDir an empty folder
 * @param options.cwd where it is started
 * @param options.node Node 24
 * @returns what was seen, a sentence a line
 * @throws Error with what the console printed where it did not start, or what did not come
 */
export const provePackagedConsole = async (options: {
  app: string;
  dataDir: string;
  cwd: string;
  node: string;
}): Promise<string[]> => {
  const { app, dataDir, cwd, node } = options;
  // Outside of what it forbids.
  const guard = join(cwd, 'forbid.mjs');
  copyFileSync(join(import.meta.dirname, 'forbid.mjs'), guard);
  mkdirSync(join(dataDir, 'runbooks'), { recursive: true });
  writeFileSync(join(dataDir, 'runbooks', 'own.json'), JSON.stringify(OWN_RUNBOOK));
  const console = spawn(
    node,
    ['--import', pathToFileURL(guard).href, join(app, 'out', 'main', 'browser.js'), '--no-open', '--data-dir', dataDir],
    // Of the environment nothing but what finds the system's own programs.
    {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: cwd, REGIE_FORBIDDEN: root },
    },
  );
  try {
    const address = new URL(await addressOf(console));
    const page = await fetch(address.origin);
    const html = await page.text();
    const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file = '']) => file);
    for (const file of files) {
      const served = await fetch(`${address.origin}/${file}`);
      if (!served.ok) throw new Error(`the page's ${file} is not in the package`);
    }
    const seen = await askIt(address);
    return [`the page and its ${files.length} files are served`, ...seen, `it ends with ${await stop(console)}`];
  } finally {
    console.kill('SIGKILL');
  }
};

const addressOf = (console: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => reject(new Error(`it did not start in time:\n${printed}`)), START_MS);
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const address = /Regie is open at (\S+)/.exec(printed)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    console.stdout?.on('data', read);
    console.stderr?.on('data', read);
    console.on('exit', (code) => reject(new Error(`it ended with ${code}:\n${printed}`)));
  });

/** Asks through the socket of a tab, as the page does. */
const askIt = async (address: URL): Promise<string[]> => {
  const socket = new WebSocket(`ws://${address.host}/socket`, ['regie', address.hash.replace('#token=', 'token.')], {
    origin: address.origin,
  });
  await once(socket, 'open');
  let id = 0;
  const ask = (call: string, input: unknown = {}): Promise<unknown> => {
    id += 1;
    const asked = id;
    socket.send(JSON.stringify({ id, call, input }));
    return new Promise((resolve, reject) => {
      const read = (data: unknown): void => {
        const message = answerSchema.safeParse(JSON.parse(String(data))).data;
        if (message?.id !== asked) return;
        socket.off('message', read);
        if (message.answer.ok) resolve(message.answer.value);
        else reject(new Error(`${call}: ${JSON.stringify(message.answer)}`));
      };
      socket.on('message', read);
    });
  };
  const raised = new Promise<string>((resolve) => {
    socket.on('message', (data) => {
      const event = raisedSchema.safeParse(JSON.parse(String(data))).data?.event;
      if (event !== undefined) resolve(`a fault became an alert (${event.severity})`);
    });
  });

  const running = await until(async () => {
    const status = systemStatusSchema.parse(await ask('status.get'));
    if (status.failure !== null) throw new Error(`the festival was not opened: ${JSON.stringify(status.failure)}`);
    return status.link.state === 'online' && status.engine.state === 'running' && status.engine.catchUp === null;
  });
  if (!running) throw new Error('the engine does not run');
  const { runbooks, problems } = runbookListSchema.parse(await ask('runbooks.get'));
  if (!runbooks.some(({ file }) => file === 'own.json')) {
    throw new Error(`the runbook of the festival's own was not read: ${JSON.stringify(problems)}`);
  }
  await ask('training.setAutoFaults', { on: false });
  await ask('training.inject', { kind: 'deduction_on_failure' });
  const alert = await Promise.race([raised, after(ALERT_MS, 'no alert came')]);
  const report = await makeReport(ask);
  socket.close();
  return [`the training festival's engine runs`, `${runbooks.length} runbooks, one of them its own`, alert, report];
};

/** A report as PDF, which is written on a thread of its own, with fonts of the package. */
const makeReport = async (ask: (call: string, input?: unknown) => Promise<unknown>): Promise<string> => {
  await ask('session.begin', { name: 'Ana', pin: '73918264' });
  const order = { kind: 'final', from: null, to: null };
  const { sha256 } = reportCalls['report.make'].output.parse(await ask('report.make', order));
  const pieces: Buffer[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const how = { sha256, format: 'pdf', language: 'fr', from };
    const piece = reportCalls['report.file'].output.parse(await ask('report.file', how));
    pieces.push(Buffer.from(piece.base64, 'base64'));
    from = piece.next;
  }
  const pdf = Buffer.concat(pieces);
  if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('the final report is no PDF');
  return `a final report was made, ${Math.round(pdf.length / 1_000)} kB as PDF`;
};

const answerSchema = z.object({
  id: z.int(),
  answer: z.union([z.object({ ok: z.literal(true), value: z.unknown() }), z.object({ ok: z.literal(false) }).loose()]),
});
const raisedSchema = z.object({ event: z.object({ event: z.literal('raised'), severity: z.string() }) });

const until = async (holds: () => Promise<boolean>): Promise<boolean> => {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
};

const after = (ms: number, words: string): Promise<never> =>
  new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(words)), ms).unref();
  });

const stop = async (console: ChildProcess): Promise<number | null> => {
  const exited = once(console, 'exit');
  console.kill('SIGINT');
  await Promise.race([exited, after(STOP_MS, 'it did not stop in time')]);
  return console.exitCode;
};
