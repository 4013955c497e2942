import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import { callSigned } from '../../commands.ts';
import { IntendedAction, SubmittedBy } from '../../features/outbox/entry.tsx';
import { errorSentence, formatMoney } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { moneyAmong } from './money-among.ts';

/** As many as somebody reads here; the sum is over all, and each stands on the screen behind. */
const SHOWN = 20;

/** One decision about everything that the database has lost: how many, which money is among it, and why. */
export const DiscardLost = ({ entries, onClose }: { entries: readonly OutboxEntry[]; onClose: () => void }) => {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const count = entries.length;
  const discard = async () => {
    setBusy(true);
    const operationIds = entries.map(({ operationId }) => operationId);
    const answer = await callSigned('outbox.dropLost', { operationIds, reason });
    setBusy(false);
    if (!answer.ok) return showToast(errorSentence(answer.error), 'bad');
    const { discarded, left } = answer.value;
    const words = [
      t('waiting.discardedAll', { count: discarded }),
      ...(left > 0 ? [t('waiting.discardedAllLeft', { count: left })] : []),
    ];
    showToast(words.join(' '), left > 0 ? 'bad' : 'good');
    onClose();
  };
  return (
    <Dialog title={t('waiting.discardAllTitle', { count })} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void discard();
        }}
      >
        <p>{t('waiting.discardAllText')}</p>
        <Money entries={entries} />
        <TextField
          label={t('waiting.discardAllLabel')}
          value={reason}
          maxLength={2_000}
          onChange={(event) => setReason(event.target.value)}
        />
        <DialogFoot>
          <Button type="submit" tone="danger" disabled={busy || reason.trim() === ''}>
            {t('waiting.discardAll', { count })}
          </Button>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};

const Money = ({ entries }: { entries: readonly OutboxEntry[] }) => {
  const { t } = useTranslation();
  const money = moneyAmong(entries);
  if (money.entries.length === 0) return <p>{t('waiting.discardAllNoMoney')}</p>;
  return (
    <>
      <p>
        <strong>
          {t('waiting.discardAllMoney', {
            ...{ count: money.entries.length, onto: formatMoney(money.onto), off: formatMoney(money.off) },
          })}
        </strong>{' '}
        {money.unknown > 0 && t('waiting.discardAllUnknown', { count: money.unknown })}
      </p>
      <ul className="stack">
        {money.entries.slice(0, SHOWN).map((entry) => (
          <li key={entry.operationId}>
            <IntendedAction entry={entry} />{' '}
            <span className="quiet">
              (<SubmittedBy entry={entry} />)
            </span>
          </li>
        ))}
      </ul>
      {money.entries.length > SHOWN && (
        <p className="quiet">{t('waiting.more', { count: money.entries.length - SHOWN })}</p>
      )}
    </>
  );
};
