import type { EscalationSettings } from './escalation.ts';

/**
 * The settings as laptops keep and show them: without secrets. Of Slack and of a webhook the address itself is one: whoever
 * has it can write there. What comes back without a secret keeps the one that was there, where it still goes to the same
 * host and account (`console.keep_secrets`).
 */
export const withoutSecrets = (settings: EscalationSettings): EscalationSettings => {
  const { smtp, slack, twilio, webhook } = settings;
  return {
    ...settings,
    smtp: smtp && { ...smtp, password: '' },
    slack: slack && { url: '' },
    twilio: twilio && { ...twilio, token: '' },
    webhook: webhook && { url: '', secret: '' },
  };
};
