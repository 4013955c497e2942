import { createHmac } from 'node:crypto';
import type { Channel, Contact, EscalationSettings } from '../../../shared/domain/escalation.ts';
import type { Language } from '../../../shared/domain/language.ts';
import { sendMail } from './mail.ts';
import type { Message } from './message.ts';
import { NotSent } from './not-sent.ts';
import { post } from './post.ts';
import { cutTo, forSms, forVoice, plain } from './text-limits.ts';

/**
 * Sends one message in one way.
 * @throws NotSent where it certainly was not sent, anything else where nobody knows
 */
export const sendVia = async (
  channel: Channel,
  { settings, contact, message }: { settings: EscalationSettings; contact: Contact; message: Message },
): Promise<void> => {
  const { smtp, slack, twilio, webhook } = settings;
  const unset = new NotSent('not_set_up');
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
      const json = { id: message.id, subject: plain(message.subject), text: plain(message.text), ...message.facts };
      const signature = createHmac('sha256', webhook.secret).update(JSON.stringify(json)).digest('hex');
      return post(webhook.url, { json, headers: { 'X-Regie-Signature': `sha256=${signature}` }, id: message.id });
    }
  }
};

/** What Slack shows without folding it away. */
const SLACK = 3_000;

/** Plain words for Slack, and for services that accept its webhooks: no link, no format, nobody mentioned. */
const slackBody = ({ subject, text }: Message) => ({
  text: plainForSlack(cutTo(plain(`${subject}\n${text}`), SLACK)),
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

/** The voice that reads a message: with another language's it cannot be understood. */
const VOICES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' };

const phone = (
  how: 'sms' | 'voice',
  twilio: NonNullable<EscalationSettings['twilio']>,
  to: string,
  message: Message,
): Promise<void> => {
  const account = `${twilio.url.replace(/\/$/, '')}/2010-04-01/Accounts/${encodeURIComponent(twilio.account)}`;
  const form = new URLSearchParams({
    To: to,
    From: twilio.from,
    ...(how === 'sms'
      ? { Body: forSms(`${message.subject}\n${message.text}`) }
      : {
          Twiml: `<Response><Say language="${VOICES[message.language]}" loop="2">${forVoice(message.spoken)}</Say></Response>`,
        }),
  });
  const login = Buffer.from(`${twilio.account}:${twilio.token}`).toString('base64');
  return post(`${account}/${how === 'sms' ? 'Messages' : 'Calls'}.json`, {
    form,
    headers: { Authorization: `Basic ${login}` },
    id: message.id,
  });
};
