import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Channel,
  type ChannelName,
  QuietFields,
  SlackFields,
  SmtpFields,
  TwilioFields,
  WebhookFields,
} from './channel-fields.tsx';
import type { PartProps } from './part-props.ts';

const FRESH: { readonly [Name in ChannelName | 'quiet']: Channel<Name> } = {
  smtp: { host: '', port: 587, secure: false, user: '', password: '', from: '' },
  slack: { url: '' },
  twilio: { url: 'https://api.twilio.com', account: '', token: '', from: '' },
  webhook: { url: '', secret: '' },
  quiet: { from: '02:00', to: '10:00' },
};

/** How messages leave: a channel that is not set up is left out of the ladder. */
export const ChannelSettings = ({ settings, onChange }: PartProps) => {
  const { t } = useTranslation();
  const { smtp, slack, twilio, webhook, quiet } = settings;
  const use = (name: ChannelName | 'quiet') => ({
    label: t(name === 'quiet' ? 'escalation.quiet' : `escalation.use_${name}`),
    on: settings[name] !== null,
    onUse: (on: boolean) => onChange({ [name]: on ? FRESH[name] : null }),
  });
  return (
    <fieldset className="stack">
      <legend>{t('escalation.channels')}</legend>
      <Used {...use('smtp')}>
        {smtp && <SmtpFields value={smtp} onChange={(value) => onChange({ smtp: value })} />}
      </Used>
      <Used {...use('twilio')}>
        {twilio && <TwilioFields value={twilio} onChange={(value) => onChange({ twilio: value })} />}
      </Used>
      <Used {...use('slack')}>
        {slack && <SlackFields value={slack} onChange={(value) => onChange({ slack: value })} />}
      </Used>
      <Used {...use('webhook')}>
        {webhook && <WebhookFields value={webhook} onChange={(value) => onChange({ webhook: value })} />}
      </Used>
      <Used {...use('quiet')}>
        {quiet && <QuietFields value={quiet} onChange={(value) => onChange({ quiet: value })} />}
      </Used>
    </fieldset>
  );
};

const Used = (props: { label: string; on: boolean; onUse: (on: boolean) => void; children: ReactNode }) => (
  <>
    <label>
      <input type="checkbox" checked={props.on} onChange={(event) => props.onUse(event.target.checked)} />
      {props.label}
    </label>
    {props.children}
  </>
);
