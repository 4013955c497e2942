import type { ConnectionSettings } from '../shared/contract/connection.ts';

/**
 * Asks for a password that was given in no other way, without showing it. Where nobody is at a terminal it stays empty:
 * some servers ask for none.
 */
export const withPassword = async (settings: ConnectionSettings): Promise<ConnectionSettings> => {
  if (settings.password !== '') return settings;
  const password = await askHidden(`Password of ${settings.user} on ${settings.host}: `);
  return password === undefined ? settings : { ...settings, password };
};

/** @returns what was typed, which is not shown; undefined where nobody is at a terminal */
export const askHidden = async (question: string): Promise<string | undefined> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  process.stderr.write(question);
  const typed = await readHidden(process.stdin);
  process.stderr.write('\n');
  return typed;
};

const CONTROL = { end: ['\r', '\n', '\u0004'], interrupt: '\u0003', erase: ['\u007f', '\b'] };

const readHidden = (terminal: NodeJS.ReadStream): Promise<string> =>
  new Promise((resolve) => {
    let typed = '';
    const stop = (): void => {
      terminal.setRawMode(false);
      terminal.pause();
      terminal.off('data', listen);
    };
    const listen = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        if (character === CONTROL.interrupt) {
          stop();
          process.exit(130);
        }
        if (CONTROL.end.includes(character)) {
          stop();
          resolve(typed);
          return;
        }
        typed = CONTROL.erase.includes(character) ? typed.slice(0, -1) : typed + character;
      }
    };
    terminal.setRawMode(true);
    terminal.on('data', listen);
    terminal.resume();
  });
