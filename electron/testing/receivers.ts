import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What a receiver got, as it came over the wire. */
export type Received = {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** A real SMTP server and a real HTTP server on this machine, for messages that leave the console. */
export type Receivers = {
  readonly smtp: { readonly host: string; readonly port: number };
  readonly http: string;
  readonly mails: readonly string[];
  readonly requests: readonly Received[];
  /** What HTTP answers from now on; `silence` never answers. */
  answer(status: number | 'silence'): void;
  /** Whether mail is refused from now on, with this code. */
  refuseMail(code: number | null): void;
  /** Sends whoever posts on to this address from now on. */
  redirectTo(address: string): void;
  close(): Promise<void>;
};

/** @param on where they listen: this machine alone, or another address of it */
export const openReceivers = async (on = '127.0.0.1'): Promise<Receivers> => {
  const mails: string[] = [];
  const requests: Received[] = [];
  let status: number | 'silence' = 200;
  let refusal: number | null = null;
  let location: string | null = null;
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, done) =>
      done(refusal === null ? undefined : Object.assign(new Error('not now'), { responseCode: refusal })),
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, on);
  await once(smtp.server, 'listening');
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body });
      if (location !== null) response.writeHead(307, { Location: location }).end();
      else if (status !== 'silence') response.writeHead(status).end('{}');
    });
  });
  http.listen(0, on);
  await once(http, 'listening');
  const portOf = (address: string | AddressInfo | null): number =>
    typeof address === 'object' && address !== null ? address.port : 0;
  return {
    smtp: { host: on, port: portOf(smtp.server.address()) },
    http: `http://${on}:${portOf(http.address())}`,
    mails,
    requests,
    answer: (next) => {
      status = next;
    },
    refuseMail: (code) => {
      refusal = code;
    },
    redirectTo: (address) => {
      location = address;
    },
    close: async () => {
      http.closeAllConnections();
      http.close();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
};

/** Address, subject and text of a mail in one part, as a mail program shows them. */
export const readMail = (mail: string): { to: string; subject: string; text: string } => {
  const [head = '', ...rest] = mail.replaceAll('\r\n', '\n').split('\n\n');
  const lines = head.replace(/\n[ \t]+/g, ' ').split('\n');
  const header = (name: string): string =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
  const body = rest.join('\n\n').trimEnd();
  const encodings: Readonly<Record<string, (text: string) => string>> = {
    'quoted-printable': (text) => fromQuotedPrintable(text.replace(/=\n/g, '')),
    base64: (text) => Buffer.from(text, 'base64').toString(),
  };
  return {
    to: header('to'),
    subject: header('subject')
      .replace(/\?= +=\?/g, '?==?')
      .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
        how.toLowerCase() === 'b'
          ? Buffer.from(word, 'base64').toString()
          : fromQuotedPrintable(word.replaceAll('_', ' ')),
      ),
    text: encodings[header('content-transfer-encoding')]?.(body) ?? body,
  };
};

const fromQuotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16))),
    'latin1',
  ).toString();
