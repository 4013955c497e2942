import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { z } from 'zod';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';
import { isThisMachine } from '../../../shared/domain/this-machine.ts';
import { codeOf } from '../../lib/error-code.ts';
import type { Message } from './message.ts';
import { NotSent, Unconfirmed } from './not-sent.ts';
import { cutTo, plain } from './text-limits.ts';

/** How long a server may take to be reached and to greet, to answer once, and altogether. */
const CONNECT_MS = 10_000;
const SILENT_MS = 20_000;
const ALTOGETHER_MS = 40_000;
const SUBJECT = 180;
const BODY = 20_000;

const mailError = z.object({
  message: z.string(),
  code: z.string().optional(),
  response: z.string().optional(),
  responseCode: z.number().optional(),
});

/** What goes into a header is one line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();

/**
 * Sends a mail. Whether the server has begun to take the text decides what an error means: until then nothing is sent,
 * from then on an error that asks for no other try leaves it open.
 * @throws NotSent where it certainly was not sent, anything else where nobody knows
 */
export const sendMail = async (
  smtp: NonNullable<EscalationSettings['smtp']>,
  to: string,
  message: Message,
): Promise<void> => {
  const mail = new MailComposer({
    from: { name: 'Regie', address: smtp.from },
    // As one address, whatever its text looks like.
    to: { name: '', address: to },
    subject: cutTo(oneLine(plain(message.subject)), SUBJECT),
    text: cutTo(plain(message.text), BODY),
    messageId: `<${message.id}@regie>`,
  }).compile();
  const text = await mail.build();
  const connection = new SMTPConnection({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    // Neither the password nor the message leaves this machine in plain text, whatever the server offers.
    requireTLS: !smtp.secure && !isThisMachine(smtp.host),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    socketCloseTimeout: 0,
  });
  let handedOver = false;
  /** It is read when the server has asked for it, and not before. */
  const body = Readable.from(
    (function* () {
      handedOver = true;
      yield text;
    })(),
  );
  try {
    await inTime(connection, async () => {
      await called((done) => connection.connect(done));
      if (smtp.user !== '' && connection.allowsAuth) {
        await called((done) => connection.login({ credentials: { user: smtp.user, pass: smtp.password } }, done));
      }
      await called((done) => connection.send(mail.getEnvelope(), body, done));
    });
  } catch (error) {
    throw meaningOf(error, handedOver);
  } finally {
    connection.close();
    body.destroy();
  }
};

/** Ends with the work, with an error of the connection, or when it has taken too long. */
const inTime = (connection: SMTPConnection, work: () => Promise<void>): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })), ALTOGETHER_MS);
  connection.on('error', reject);
  connection.on('end', () => reject(Object.assign(new Error('closed'), { code: 'ECONNECTION' })));
  work().then(resolve, reject);
  return promise.finally(() => clearTimeout(late));
};

const called = (call: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    call((error) => (error === null || error === undefined ? resolve() : reject(error)));
  });

const meaningOf = (error: unknown, handedOver: boolean): unknown => {
  const known = mailError.safeParse(error);
  if (!known.success) return error;
  const { code, response, responseCode } = known.data;
  const answer = response ?? codeOf(error) ?? known.data.message;
  // "Not now" is an answer at any point: greylisting, a full queue, a server that goes down for a while.
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) {
    return new NotSent('busy', answer);
  }
  if (handedOver) return new Unconfirmed(responseCode === undefined ? 'unanswered' : 'server_failed', answer);
  if (code === 'EAUTH') return new NotSent('login_refused', answer);
  if (code === 'ETLS') return new NotSent('not_encrypted', answer);
  return responseCode === undefined ? new NotSent('unreached', answer) : new NotSent('refused', answer);
};
