import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { TextField } from '../../ui/field.tsx';

type Basis = 'read' | 'log';
const BASES: readonly Basis[] = ['read', 'log'];

/** What rows that are gone from the log came to, decided by a supervisor (docs/detection.md, "A history that shrank"). */
export const StartOver = () => {
  const { t } = useTranslation();
  const [basis, setBasis] = useState<Basis>('read');
  const [reason, setReason] = useState('');
  const [operationId, setOperationId] = useState(newOperationId);
  const [sending, setSending] = useState(false);
  const send = async () => {
    setSending(true);
    await submit('monitoring.startOver', { operationId, basis, reason }, { done: t('health.startOverDone') });
    setOperationId(newOperationId());
    setSending(false);
  };
  return (
    <details>
      <summary>{t('health.startOver')}</summary>
      <div className="stack">
        <p>{t('health.startOverText')}</p>
        <fieldset className="stack">
          <legend>{t('health.startOverBasis')}</legend>
          {BASES.map((one) => (
            <label key={one}>
              <input type="radio" name="basis" checked={basis === one} onChange={() => setBasis(one)} />{' '}
              {t(`health.startOver_${one}`)}
            </label>
          ))}
        </fieldset>
        <TextField
          label={t('health.startOverReason')}
          value={reason}
          maxLength={2_000}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className="row">
          <CommandButton
            needs="monitoring.startOver"
            disabled={reason.trim() === '' || sending}
            onClick={() => void send()}
          >
            {t('health.startOverDo')}
          </CommandButton>
        </div>
      </div>
    </details>
  );
};
