import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callSigned } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence, formatTime } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';
import { TextField } from '../../ui/field.tsx';

/** What this laptop has seen of the trail is gone, and somebody knows why: a backup was restored. */
export const AcceptAudit = ({ lostAt }: { lostAt: string }) => {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const accept = async () => {
    setBusy(true);
    const answer = await callSigned('audit.accept', { reason });
    setBusy(false);
    setError(answer.ok ? undefined : errorSentence(answer.error));
    if (answer.ok) showToast(t('settings.auditAccepted'));
  };
  return (
    <section className="stack" aria-labelledby="audit-lost">
      <h3 id="audit-lost">{t('settings.auditLost', { time: formatTime(lostAt) })}</h3>
      <p>{t('settings.auditLostText')}</p>
      <TextField
        label={t('settings.auditLostReason')}
        value={reason}
        maxLength={2_000}
        onChange={(event) => setReason(event.target.value)}
      />
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div className="row">
        <CommandButton needs="audit.accept" disabled={reason.trim() === '' || busy} onClick={() => void accept()}>
          {t('settings.auditAccept')}
        </CommandButton>
      </div>
    </section>
  );
};
