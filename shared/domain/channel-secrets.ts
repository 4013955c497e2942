import type { EscalationSettings } from './escalation.ts';

/** A channel that holds secrets. Of Slack and of a webhook the address itself is one: whoever has it can write there. */
export type SecretChannel = 'smtp' | 'slack' | 'twilio' | 'webhook';

type Replace = (secret: string) => string;

/** The same settings with each secret replaced by what `replace` makes of it. */
export const replaceSecrets = (settings: EscalationSettings, replace: Replace): EscalationSettings => {
  const { smtp, slack, twilio, webhook } = settings;
  return {
    ...settings,
    smtp: smtp && { ...smtp, password: replace(smtp.password) },
    slack: slack && { url: replace(slack.url) },
    twilio: twilio && { ...twilio, token: replace(twilio.token) },
    webhook: webhook && { url: replace(webhook.url), secret: replace(webhook.secret) },
  };
};

/** As laptops keep and show them. */
export const withoutSecrets = (settings: EscalationSettings): EscalationSettings => replaceSecrets(settings, () => '');

/** As the audit trail keeps them: that there is a secret, and not which. */
export const maskedSecrets = (settings: EscalationSettings): EscalationSettings =>
  replaceSecrets(settings, (secret) => (secret === '' ? '' : '•'));

type Kept = { readonly settings: EscalationSettings } | { readonly missing: SecretChannel };

/**
 * What comes back without a secret keeps the one that was there, as long as it still goes to the host and the account
 * that it was given for: otherwise whoever changes the address would have it sent to themselves.
 * @returns the settings to save, or the channel whose secret has to be given again
 */
export const keepSecrets = (settings: EscalationSettings, before: EscalationSettings): Kept => {
  const kept = {
    smtp: settings.smtp && {
      ...settings.smtp,
      password: keep(settings.smtp.password, before.smtp?.password, sameMailAccount(settings.smtp, before.smtp)),
    },
    slack: settings.slack && { url: settings.slack.url || before.slack?.url },
    twilio: settings.twilio && {
      ...settings.twilio,
      token: keep(settings.twilio.token, before.twilio?.token, samePhoneAccount(settings.twilio, before.twilio)),
    },
    webhook: settings.webhook && keptWebhook(settings.webhook, before.webhook),
  };
  const { smtp, slack, twilio, webhook } = kept;
  if (smtp !== null && smtp.password === undefined) return { missing: 'smtp' };
  if (slack !== null && slack.url === undefined) return { missing: 'slack' };
  if (twilio !== null && twilio.token === undefined) return { missing: 'twilio' };
  if (webhook !== null && (webhook.url === undefined || webhook.secret === undefined)) return { missing: 'webhook' };
  return {
    settings: {
      ...settings,
      smtp: smtp && { ...smtp, password: smtp.password ?? '' },
      slack: slack && { url: slack.url ?? '' },
      twilio: twilio && { ...twilio, token: twilio.token ?? '' },
      webhook: webhook && { url: webhook.url ?? '', secret: webhook.secret ?? '' },
    },
  };
};

/** @returns undefined where there was a secret, and it was given for something else. */
const keep = (own: string, before: string | undefined, same: boolean): string | undefined => {
  if (own !== '' || before === undefined || before === '') return own;
  return same ? before : undefined;
};

type Smtp = NonNullable<EscalationSettings['smtp']>;
const sameMailAccount = (now: Smtp, before: Smtp | null): boolean =>
  now.host.toLowerCase() === before?.host.toLowerCase() && now.port === before.port && now.user === before.user;

type Twilio = NonNullable<EscalationSettings['twilio']>;
const samePhoneAccount = (now: Twilio, before: Twilio | null): boolean =>
  originOf(now.url) === originOf(before?.url) && now.account === before?.account;

type Webhook = NonNullable<EscalationSettings['webhook']>;
const keptWebhook = (now: Webhook, before: Webhook | null) => {
  const url = now.url || before?.url;
  return { url, secret: keep(now.secret, before?.secret, originOf(url) === originOf(before?.url)) };
};

const originOf = (address: string | undefined): string | undefined =>
  address === undefined || address === '' ? undefined : URL.parse(address)?.origin;
