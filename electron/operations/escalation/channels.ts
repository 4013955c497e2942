import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Channel, Contact, EscalationSettings } from '../../../shared/domain/escalation.ts';
import type { Language } from '../../../shared/domain/language.ts';
import { isThisMachine } from '../../../shared/domain/this-machine.ts';
import { NotSent } from './not-sent.ts';
import { post } from './post.ts';

/** What is said to a person. */
export type Message = {
  /** The same for every try: receivers that know idempotency keys hear it once. */
  readonly id: string;
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
  /** For machines: the body of the webhook beside the words. */
  readonly facts: Readonly<Record<string, string | number | null>>;
};

const TIMEOUT_MS = 10_000;

/**
 * Sends one message in one way.
 * @throws NotSent where it certainly was not sent, anything else where nobody knows
 */
export const sendVia = async (
  channel: Channel,
  { settings, contact, message }: { settings: EscalationSettings; contact: Contact; message: Message },
): Promise<void> => {
  const { smtp, slack, twilio, webhook } = settings;
  const unset = new NotSent('this channel is not set up, or the contact has no address for it', false);
  switch (channel) {
    case 'email':
      if (smtp === null || contact.email === '') throw unset;
      return sendMail(smtp, contact.email, message);
    case 'slack':
      if (slack === null) throw unset;
      return post(slack.url, { json: slackBody(message), headers: {}, id: message.id });
    case 'sms':
    case 'voice':
      if (twilio === null || contact.phone === '') throw unset;
      return phone(channel, twilio, contact.phone, message);
    case 'webhook': {
      if (webhook === null) throw unset;
      const json = { id: message.id, subject: message.subject, text: message.text, ...message.facts };
      const signature = createHmac('sha256', webhook.secret).update(JSON.stringify(json)).digest('hex');
      return post(webhook.url, { json, headers: { 'X-Regie-Signature': `sha256=${signature}` }, id: message.id });
    }
  }
};

/** Plain words for Slack, and for services that accept its webhooks: no link, no format, nobody mentioned. */
const slackBody = ({ subject, text }: Message) => ({
  text: plainForSlack(`${subject}\n${text}`),
  mrkdwn: false,
  parse: 'none',
  link_names: false,
  unfurl_links: false,
  unfurl_media: false,
});

const plainForSlack = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // Some services look for these words whatever they are told: an invisible space parts them.
    .replace(/@(?=channel|here|everyone|all\b)/gi, '@\u200b');

/** What goes into a header is one line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();

const mailError = z.object({
  message: z.string(),
  code: z.string().optional(),
  command: z.string().optional(),
  responseCode: z.number().optional(),
});

const sendMail = async (smtp: NonNullable<EscalationSettings['smtp']>, to: string, message: Message): Promise<void> => {
  const local = isThisMachine(smtp.host);
  const transport = createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    // Neither the password nor the message leaves this machine in plain text, whatever the server offers.
    requireTLS: !smtp.secure && !local,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(smtp.user === '' ? {} : { auth: { user: smtp.user, pass: smtp.password } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  try {
    await transport.sendMail({
      from: { name: 'Regie', address: smtp.from },
      // As one address, whatever its text looks like.
      to: { name: '', address: to },
      subject: oneLine(message.subject),
      text: message.text,
      messageId: `<${message.id}@regie>`,
    });
  } catch (error) {
    const known = mailError.safeParse(error);
    // Until the text itself is handed over nothing is sent; a refusal with a code is an answer as well.
    const refused = known.data?.responseCode !== undefined;
    if (!known.success || (!refused && known.data.command === 'DATA') || known.data.command === undefined) throw error;
    const final = known.data.code === 'EAUTH' || known.data.code === 'ETLS';
    throw new NotSent(known.data.message, !final && (known.data.responseCode ?? 400) < 500);
  } finally {
    transport.close();
  }
};

/** The voice that reads a message: with another language's it cannot be understood. */
const VOICES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' };

const phone = (
  how: 'sms' | 'voice',
  twilio: NonNullable<EscalationSettings['twilio']>,
  to: string,
  message: Message,
): Promise<void> => {
  const account = `${twilio.url.replace(/\/$/, '')}/2010-04-01/Accounts/${encodeURIComponent(twilio.account)}`;
  const said = message.text.replace(/[<>&"']/g, ' ');
  const form = new URLSearchParams({
    To: to,
    From: twilio.from,
    ...(how === 'sms'
      ? { Body: `${message.subject}\n${message.text}` }
      : { Twiml: `<Response><Say language="${VOICES[message.language]}" loop="2">${said}</Say></Response>` }),
  });
  const login = Buffer.from(`${twilio.account}:${twilio.token}`).toString('base64');
  return post(`${account}/${how === 'sms' ? 'Messages' : 'Calls'}.json`, {
    form,
    headers: { Authorization: `Basic ${login}` },
    id: message.id,
  });
};
