import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionSettings, DoctorFinding } from '../../../shared/contract/connection.ts';
import { callSigned } from '../../commands.ts';
import {
  EMPTY_CONNECTION,
  LoginFields,
  namesDatabase,
  PlaceFields,
  type TypedConnection,
  typedSettings,
} from '../../features/connection/connection-fields.tsx';
import { Findings } from '../../features/connection/findings.tsx';
import { isConnected } from '../../features/connection/link-tone.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import './settings.css';

/** Which festival this console shows, and the way to another one. Nothing is used before it has been tested. */
export const ConnectionForm = ({ training, address }: { training: boolean; address: string }) => {
  const { t } = useTranslation();
  const { data, isPending } = useCall('connection.get', {}, { fixed: true });
  const server = useSystem((state) => state.status?.link.server ?? null);
  const connected = useSystem((state) => isConnected(state.status?.link));
  return (
    <section className="panel stack" aria-labelledby="connection">
      <h2 id="connection">{t('settings.connection')}</h2>
      <p>
        {training
          ? t('settings.inTraining')
          : t(connected ? 'settings.connectedTo' : 'settings.notConnectedTo', { name: address })}{' '}
        {!training && connected && server !== null && t('settings.serverInUse', { server })}
      </p>
      <p>
        <a href={hrefOf({ screen: 'connect' })}>{t(training ? 'setup.open' : 'setup.goOn')}</a>
        {' · '}
        <span className="quiet">{t('settings.orByHere')}</span>
      </p>
      {/* Fields that come before what is saved would be taken away under whoever types. */}
      {!isPending && <Form saved={data?.settings ?? null} training={training} />}
    </section>
  );
};

const Form = ({ saved, training }: { saved: Omit<ConnectionSettings, 'password'> | null; training: boolean }) => {
  const { t } = useTranslation();
  const [settings, setSettings] = useState<TypedConnection>(
    saved === null ? EMPTY_CONNECTION : { ...saved, port: String(saved.port), password: '' },
  );
  const [findings, setFindings] = useState<readonly DoctorFinding[] | null>(null);
  const [busy, setBusy] = useState(false);

  const change = (changed: TypedConnection) => {
    setSettings(changed);
    // What was found belongs to what was tested.
    setFindings(null);
  };
  const examine = async (examined: ConnectionSettings | undefined) => {
    setBusy(true);
    setFindings(null);
    const answer = await callSigned('doctor.run', examined === undefined ? {} : { settings: examined });
    setBusy(false);
    if (answer.ok) setFindings(answer.value.findings);
    else showToast(errorSentence(answer.error), 'bad');
  };
  const use = async (used: ConnectionSettings | null) => {
    setBusy(true);
    const answer = await callSigned('connection.use', { settings: used });
    setBusy(false);
    showToast(answer.ok ? t('settings.used') : errorSentence(answer.error), answer.ok ? 'good' : 'bad');
  };
  const entered = typedSettings(settings);
  const complete = namesDatabase(settings) && settings.user !== '';

  return (
    <>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void examine(entered);
        }}
      >
        <div className="connection-fields">
          <PlaceFields settings={settings} onChange={change} />
          <LoginFields settings={settings} onChange={change} />
        </div>
        <div className="row">
          <Button type="submit" disabled={!complete || busy}>
            {busy ? t('settings.testing') : t('settings.test')}
          </Button>
          <CommandButton
            needs="connection.use"
            tone="primary"
            disabled={findings === null || busy || !complete}
            onClick={() => void use(entered)}
          >
            {t('settings.use')}
          </CommandButton>
          <Button disabled={busy} onClick={() => void examine(undefined)}>
            {t('settings.testCurrent')}
          </Button>
          {!training && (
            <CommandButton needs="connection.use" disabled={busy} onClick={() => void use(null)}>
              {t('settings.backToTraining')}
            </CommandButton>
          )}
        </div>
      </form>
      {findings !== null && <Findings findings={findings} />}
    </>
  );
};
