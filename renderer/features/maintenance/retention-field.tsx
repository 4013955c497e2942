import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MaintenanceState } from '../../../shared/contract/maintenance.ts';
import { RETENTION_DAYS, readRetentionDays } from '../../../shared/domain/retention.ts';
import { submit } from '../../commands.ts';
import { errorSentence, formatNumber, formatTime } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { useRefusal } from '../operators/use-may.ts';

/** How long closed alerts stay, and, while another number is typed, what the next run would archive by it. */
export const RetentionField = ({ festival }: { festival: MaintenanceState }) => {
  const { t } = useTranslation();
  const { retentionDays, retentionSet } = festival;
  const mayNot = useRefusal('maintenance.setRetention');
  const [edited, setEdited] = useState<{ base: number; typed: string } | null>(null);
  const [sending, setSending] = useState(false);
  const typed = edited?.typed ?? String(retentionDays);
  const days = readRetentionDays(typed);
  const bounds = { least: formatNumber(RETENTION_DAYS.least), most: formatNumber(RETENTION_DAYS.most) };
  const save = async () => {
    if (edited === null || days === null) return;
    setSending(true);
    const outcome = await submit('maintenance.setRetention', { base: edited.base, days });
    setSending(false);
    if (outcome !== null) setEdited(null);
  };
  return (
    <div className="stack">
      <Field
        label={t('maintenance.retention')}
        hint={t('maintenance.retentionHint', bounds)}
        error={days === null ? t('maintenance.retentionError', bounds) : undefined}
        inputMode="numeric"
        autoComplete="off"
        maxLength={5}
        disabled={mayNot !== undefined}
        value={typed}
        onChange={({ target }) => setEdited({ base: edited?.base ?? retentionDays, typed: target.value })}
      />
      {mayNot !== undefined && <p className="quiet">{mayNot}</p>}
      {retentionSet !== null && (
        <p className="quiet">
          {t('maintenance.retentionSet', { name: retentionSet.by, time: formatTime(retentionSet.at) })}
        </p>
      )}
      {edited !== null && (
        <>
          {retentionDays !== edited.base && (
            <p role="alert">{t('maintenance.retentionMeanwhile', { days: formatNumber(retentionDays) })}</p>
          )}
          {days !== null && <Preview days={days} />}
          <div className="row">
            <CommandButton
              needs="maintenance.setRetention"
              tone="primary"
              disabled={sending || days === null || days === edited.base}
              onClick={() => void save()}
            >
              {t('common.save')}
            </CommandButton>
            <Button onClick={() => setEdited(null)}>{t('common.cancel')}</Button>
          </div>
        </>
      )}
    </div>
  );
};

const Preview = ({ days }: { days: number }) => {
  const { t } = useTranslation();
  const { data, error, isFetching } = useLive('maintenance.previewRetention', { days });
  if (isFetching) return <p className="quiet">{t('maintenance.retentionCounting')}</p>;
  if (error !== null) return <p role="alert">{errorSentence(error)}</p>;
  if (data === undefined) return null;
  return (
    <p role="status">
      {t('maintenance.retentionPreview', {
        time: formatTime(data.at),
        alerts: t('maintenance.previewAlerts', { count: data.events, number: formatNumber(data.events) }),
        snapshots: t('maintenance.previewSnapshots', { count: data.snapshots, number: formatNumber(data.snapshots) }),
      })}
    </p>
  );
};
