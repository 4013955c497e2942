import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionSettings, DoctorFinding } from '../../../shared/contract/connection.ts';
import { call } from '../../bridge.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import './settings.css';

const EMPTY: ConnectionSettings = {
  host: '',
  port: 5_432,
  database: 'postgres',
  user: 'regie',
  password: '',
  tls: 'verify',
};

/** Which festival this console shows, and the way to another one. Nothing is used before it has been tested. */
export const ConnectionForm = ({ training, name }: { training: boolean; name: string }) => {
  const { t } = useTranslation();
  const [settings, setSettings] = useState(EMPTY);
  const [port, setPort] = useState(String(EMPTY.port));
  const [findings, setFindings] = useState<readonly DoctorFinding[] | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void call('connection.get', {}).then((answer) => {
      if (!answer.ok || answer.value.settings === null) return;
      setSettings({ ...EMPTY, ...answer.value.settings });
      setPort(String(answer.value.settings.port));
    });
  }, []);

  const change = (some: Partial<ConnectionSettings>) => {
    setSettings({ ...settings, ...some });
    // What was found belongs to what was tested.
    setFindings(null);
  };
  const examine = async (examined: ConnectionSettings | undefined) => {
    setBusy(true);
    setFindings(null);
    const answer = await call('doctor.run', examined === undefined ? {} : { settings: examined });
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
  const entered: ConnectionSettings = { ...settings, port: Number(port) };
  const complete =
    settings.host.trim() !== '' && settings.user !== '' && settings.database !== '' && /^\d{1,5}$/.test(port);

  return (
    <section className="panel stack" aria-labelledby="connection">
      <h2 id="connection">{t('settings.connection')}</h2>
      <p>{training ? t('settings.inTraining') : t('settings.connectedTo', { name })}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void examine(entered);
        }}
      >
        <div className="connection-fields">
          <Field
            label={t('settings.host')}
            value={settings.host}
            onChange={(event) => change({ host: event.target.value })}
          />
          <Field
            label={t('settings.port')}
            inputMode="numeric"
            value={port}
            onChange={(event) => {
              setPort(event.target.value);
              setFindings(null);
            }}
          />
          <Field
            label={t('settings.database')}
            value={settings.database}
            onChange={(event) => change({ database: event.target.value })}
          />
          <Field
            label={t('settings.user')}
            value={settings.user}
            onChange={(event) => change({ user: event.target.value })}
          />
          <Field
            label={t('settings.password')}
            type="password"
            autoComplete="off"
            value={settings.password}
            onChange={(event) => change({ password: event.target.value })}
          />
          <Choice
            label={t('settings.tls')}
            value={settings.tls}
            options={(['verify', 'encrypt', 'off'] as const).map((value) => ({
              value,
              label: t(`settings.tls_${value}`),
            }))}
            onChange={(tls) => change({ tls })}
          />
          <Field
            label={t('settings.caFile')}
            value={settings.caFile ?? ''}
            onChange={(event) => {
              const { caFile: _, ...rest } = settings;
              setSettings(event.target.value === '' ? rest : { ...rest, caFile: event.target.value });
              setFindings(null);
            }}
          />
        </div>
        <div className="row">
          <Button type="submit" disabled={!complete || busy}>
            {busy ? t('settings.testing') : t('settings.test')}
          </Button>
          <Button
            needs="connection.use"
            tone="primary"
            disabled={findings === null || busy || !complete}
            onClick={() => void use(entered)}
          >
            {t('settings.use')}
          </Button>
          <Button disabled={busy} onClick={() => void examine(undefined)}>
            {t('settings.testCurrent')}
          </Button>
          {!training && (
            <Button needs="connection.use" disabled={busy} onClick={() => void use(null)}>
              {t('settings.backToTraining')}
            </Button>
          )}
        </div>
      </form>
      {findings !== null && <Findings findings={findings} />}
    </section>
  );
};

const MARKS = { ok: '✓', info: 'i', warning: '!', error: '✕' } as const;

const Findings = ({ findings }: { findings: readonly DoctorFinding[] }) => {
  const { t } = useTranslation();
  return (
    <div role="status">
      <h3>{t('settings.findings')}</h3>
      <ul className="findings">
        {findings.map((finding) => (
          <li key={`${finding.code}/${JSON.stringify(finding.params)}`} className={`finding finding-${finding.level}`}>
            <strong>
              {MARKS[finding.level]} {t(`settings.level_${finding.level}`)}
            </strong>
            <span>{t(`doctor.${finding.code}`, finding.params)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
};
