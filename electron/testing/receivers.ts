import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
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
  /** What HTTP answers from now on; `silence` never answers, `cut` closes the connection when it has the body. */
  answer(status: number | 'silence' | 'cut', headers?: Readonly<Record<string, string>>): void;
  /** Whether mail is refused from now on, with this code. */
  refuseMail(code: number | null): void;
  /** Whether a mail's text is refused from now on when it is there; `cut` closes the connection then. */
  refuseText(code: number | 'cut' | null): void;
  /** Sends whoever posts on to this address from now on. */
  redirectTo(address: string): void;
  close(): Promise<void>;
};

/** @param on where they listen: this machine alone, or another address of it */
export const openReceivers = async (on = '127.0.0.1'): Promise<Receivers> => {
  const mails: string[] = [];
  const requests: Received[] = [];
  let status: number | 'silence' | 'cut' = 200;
  let head: Readonly<Record<string, string>> = {};
  let refusal: number | null = null;
  let textRefusal: number | 'cut' | null = null;
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
        if (textRefusal === 'cut') for (const socket of sockets) socket.destroy();
        else done(textRefusal === null ? null : Object.assign(new Error('no'), { responseCode: textRefusal }));
      });
    },
  });
  smtp.on('error', () => undefined);
  const sockets = new Set<Socket>();
  smtp.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
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
      else if (status === 'cut') request.socket.destroy();
      else if (status !== 'silence') response.writeHead(status, head).end('{}');
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
    answer: (next, headers = {}) => {
      status = next;
      head = headers;
    },
    refuseMail: (code) => {
      refusal = code;
    },
    refuseText: (code) => {
      textRefusal = code;
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

/** A port of this machine that takes connections and never says anything. */
export const openBlackhole = async (): Promise<{ host: string; port: number; close(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
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
