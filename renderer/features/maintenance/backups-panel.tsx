import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup, MaintenanceState } from '../../../shared/contract/maintenance.ts';
import { call } from '../../bridge.ts';
import { errorSentence, formatNumber, formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Progress } from '../../ui/progress.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { formatBytes } from './format-bytes.ts';

/** Backups of the festival's database: the last one of any laptop, one that is made here, and this laptop's files. */
export const BackupsPanel = () => {
  const { t } = useTranslation();
  const { data } = useCall('maintenance.get', {});
  const online = useSystem((state) => state.status?.link.state === 'online');
  const [passphrase, setPassphrase] = useState('');
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    const answer = await call('backup.make', { passphrase: passphrase === '' ? null : passphrase });
    setBusy(false);
    setPassphrase('');
    if (answer.ok) showToast(t('maintenance.made', { rows: formatNumber(answer.value.rows) }));
    else showToast(errorSentence(answer.error), 'bad');
  };
  const progress = data?.laptop.progress ?? null;
  return (
    <section className="panel stack" aria-labelledby="backups">
      <h2 id="backups">{t('maintenance.backups')}</h2>
      <p className="quiet">{t('maintenance.backupsText')}</p>
      <Last festival={data?.festival ?? null} />
      {progress === null && !busy ? (
        <div className="stack">
          <Field
            label={t('maintenance.passphrase')}
            hint={t('maintenance.passphraseHint')}
            type="password"
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.target.value)}
          />
          <div className="row">
            <CommandButton
              needs="backup.make"
              disabled={!online || (passphrase !== '' && passphrase.length < 8)}
              onClick={() => void make()}
            >
              {t('maintenance.make')}
            </CommandButton>
            {!online && <p className="quiet">{t('errors.offline')}</p>}
          </div>
        </div>
      ) : (
        <div className="stack">
          <Progress
            done={progress?.tablesDone ?? 0}
            total={progress?.tables ?? 1}
            label={t('maintenance.making', {
              done: progress?.tablesDone ?? 0,
              total: progress?.tables ?? 0,
              rows: formatNumber(progress?.rows ?? 0),
              size: formatBytes(progress?.bytes ?? 0),
            })}
          />
          <div className="row">
            <CommandButton needs="backup.cancel" onClick={() => void call('backup.cancel', {})}>
              {t('maintenance.cancel')}
            </CommandButton>
          </div>
        </div>
      )}
      {data !== undefined && <Files {...data.laptop} passphrase={passphrase} />}
      <p className="quiet">
        {t('maintenance.restore')} <code className="mono">{t('maintenance.restoreCommand')}</code>
      </p>
    </section>
  );
};

const Last = ({ festival }: { festival: MaintenanceState | null }) => {
  const { t } = useTranslation();
  if (festival === null) return <p className="quiet">{t('maintenance.never')}</p>;
  const [newest] = festival.backups;
  const made = festival.backups.find(({ outcome }) => outcome === 'made');
  if (newest === undefined) return <p className="state state-bad">{t('maintenance.noBackup')}</p>;
  const by = (backup: Backup) =>
    t('maintenance.madeBy', {
      by: backup.madeBy === 'regie-engine' ? t('maintenance.nightly') : backup.madeBy,
      laptop: backup.laptop,
    });
  return (
    <dl className="facts">
      {newest.outcome === 'failed' && (
        <>
          <dt>{t('maintenance.lastFailed')}</dt>
          <dd className="state state-bad">
            {formatTime(newest.notedAt)} · {by(newest)} ·{' '}
            {t('maintenance.failedBecause', { error: newest.error ?? '–' })}
          </dd>
        </>
      )}
      <dt>{t('maintenance.last')}</dt>
      {made === undefined ? (
        <dd className="state state-bad">{t('maintenance.noBackup')}</dd>
      ) : (
        <dd>
          {formatTime(made.snapshotAt ?? made.notedAt)} · {by(made)} · {formatBytes(made.bytes ?? 0)}
          {made.encrypted === true && <> · {t('maintenance.locked')}</>}
          <p className="quiet">
            {made.verifiedAt === null
              ? t('maintenance.notVerified')
              : t('maintenance.verifiedAt', { time: formatTime(made.verifiedAt) })}{' '}
            <span className="mono">{made.file}</span>
          </p>
        </dd>
      )}
    </dl>
  );
};

type LaptopFiles = { folder: string; files: readonly { name: string; bytes: number; writtenAt: string }[] };

const Files = ({ folder, files, passphrase }: LaptopFiles & { passphrase: string }) => {
  const { t } = useTranslation();
  const [said, setSaid] = useState<{ name: string; words: string } | null>(null);
  const verify = async (name: string) => {
    setSaid({ name, words: t('maintenance.verifying') });
    const answer = await call('backup.verify', { name, passphrase: passphrase === '' ? null : passphrase });
    setSaid({
      name,
      words: answer.ok
        ? t('maintenance.intact', { rows: formatNumber(answer.value.rows), tables: answer.value.tables })
        : errorSentence(answer.error),
    });
  };
  return (
    <>
      <h3>{t('maintenance.files')}</h3>
      <p className="quiet">
        {t('common.label', { label: t('maintenance.folder') })} <span className="mono">{folder}</span>
      </p>
      {files.length > 0 && (
        <ul className="stack">
          {files.slice(0, 20).map(({ name, bytes, writtenAt }) => (
            <li key={name} className="row">
              <span className="mono">{name}</span>
              <span className="quiet">
                {formatBytes(bytes)} · {formatTime(writtenAt)}
              </span>
              <Button onClick={() => void verify(name)}>{t('maintenance.verify')}</Button>
              <span role="status">{said?.name === name ? said.words : ''}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
};
