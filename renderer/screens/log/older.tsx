import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogFilter } from '../../../shared/contract/log.ts';
import type { Later } from '../../features/log/later-dialog.tsx';
import { LogEntryItem } from '../../features/log/log-entry.tsx';
import { errorSentence } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { useQuarter } from '../../ui/time.tsx';

/** What the festival has and this laptop's copy has not any more: looked for when somebody asks. */
export const Older = ({ filter, onLater }: { filter: LogFilter; onLater: (later: Later) => void }) => {
  const { t } = useTranslation();
  const { words, kind, tag, author, place } = filter;
  const asked = JSON.stringify({ words, kind, tag, author, place });
  const [shown, setShown] = useState<string | null>(null);
  if (shown !== asked) {
    return (
      <div>
        <Button onClick={() => setShown(asked)}>{t('log.searchOlder')}</Button>
      </div>
    );
  }
  return <Found filter={{ words, kind, tag, author, place }} onLater={onLater} />;
};

type Asked = Pick<LogFilter, 'words' | 'kind' | 'tag' | 'author' | 'place'>;

const Found = ({ filter, onLater }: { filter: Asked; onLater: (later: Later) => void }) => {
  const { t } = useTranslation();
  const quarter = useQuarter();
  const { data: lines, error } = useLive('log.older', filter);
  if (error !== null) return <p role="status">{errorSentence(error)}</p>;
  if (lines === undefined) return <p className="quiet">{t('common.loading')}</p>;
  return (
    <section className="stack" aria-labelledby="log-older">
      <h2 id="log-older">{t('log.olderFound', { count: lines.length })}</h2>
      <ul>
        {lines.map((line) => (
          <LogEntryItem key={line.entryId} line={line} duplicate={null} quarter={quarter} onLater={onLater} />
        ))}
      </ul>
    </section>
  );
};
