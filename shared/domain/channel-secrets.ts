import type { EscalationSettings } from './escalation.ts';

/**
 * Where a secret stands in the settings of the escalation, as the database has it (`console.channel_secret_paths`). Of
 * Slack and of a webhook the address itself is one: whoever has it can write there.
 */
export const CHANNEL_SECRETS = ['smtp.password', 'slack.url', 'twilio.token', 'webhook.url', 'webhook.secret'] as const;

/** The secrets that there are, by their place. */
export type ChannelSecrets = Readonly<Partial<Record<(typeof CHANNEL_SECRETS)[number], string>>>;

/** The settings with these secrets, and with empty ones where there are none. */
export const withSecrets = (settings: EscalationSettings, secrets: ChannelSecrets): EscalationSettings => {
  const { smtp, slack, twilio, webhook } = settings;
  return {
    ...settings,
    smtp: smtp && { ...smtp, password: secrets['smtp.password'] ?? '' },
    slack: slack && { url: secrets['slack.url'] ?? '' },
    twilio: twilio && { ...twilio, token: secrets['twilio.token'] ?? '' },
    webhook: webhook && { url: secrets['webhook.url'] ?? '', secret: secrets['webhook.secret'] ?? '' },
  };
};

/**
 * The settings as laptops keep and show them. What comes back without a secret keeps the one that was there, where it still
 * goes to the same host and account (`console.keep_secrets`).
 */
export const withoutSecrets = (settings: EscalationSettings): EscalationSettings => withSecrets(settings, {});
