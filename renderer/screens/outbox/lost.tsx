import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MOST_DISCARDED, type OutboxEntry } from '../../../shared/contract/outbox.ts';
import { callSigned } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';
import { Conflict } from './conflict.tsx';
import { DiscardLost } from './discard-lost.tsx';

/** What was confirmed, and is not in the festival's database any more: to be given again, or discarded. */
export const Lost = ({ entries }: { entries: readonly OutboxEntry[] }) => {
  const { t } = useTranslation();
  /** As they were when somebody began to discard them: what joins them later has not been seen. */
  const [discarding, setDiscarding] = useState<readonly OutboxEntry[] | null>(null);
  const sendable = entries.filter(({ error }) => error?.code === 'lost_by_database').length;
  const giveAll = async () => {
    const answer = await callSigned('outbox.retryLost', {});
    if (!answer.ok) return showToast(errorSentence(answer.error), 'bad');
    const { given, left } = answer.value;
    const words = [
      t('waiting.gaveAgain', { count: given }),
      ...(left > 0 ? [t('waiting.gaveAgainLeft', { count: left })] : []),
    ];
    showToast(words.join(' '), left > 0 ? 'bad' : 'good');
  };
  return (
    <section className="stack" aria-labelledby="lost">
      <h2 id="lost">{t('waiting.lost')}</h2>
      <p className="quiet">{t('waiting.lostText')}</p>
      <div className="row">
        {sendable > 0 && (
          <CommandButton needs="outbox.retryLost" tone="primary" onClick={() => void giveAll()}>
            {t('waiting.giveAllAgain', { count: sendable })}
          </CommandButton>
        )}
        {entries.length > 1 && (
          <CommandButton needs="outbox.dropLost" onClick={() => setDiscarding(entries.slice(0, MOST_DISCARDED))}>
            {t('waiting.discardAll', { count: Math.min(entries.length, MOST_DISCARDED) })}
          </CommandButton>
        )}
      </div>
      {discarding !== null && <DiscardLost entries={discarding} onClose={() => setDiscarding(null)} />}
      <ul className="stack">
        {entries.map((entry) => (
          <Conflict key={entry.operationId} entry={entry} />
        ))}
      </ul>
    </section>
  );
};
