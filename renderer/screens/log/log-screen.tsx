import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogFilter, LogView } from '../../../shared/contract/log.ts';
import { type LogLine, placeInTime } from '../../../shared/domain/log.ts';
import { duplicateOf } from '../../../shared/domain/log-duplicates.ts';
import type { SystemLine } from '../../../shared/domain/log-system.ts';
import { type Later, LaterDialog } from '../../features/log/later-dialog.tsx';
import { LogEntryItem } from '../../features/log/log-entry.tsx';
import { SystemLineItem } from '../../features/log/system-line.tsx';
import { useLog } from '../../features/log/use-log.ts';
import { formatTime } from '../../i18n.ts';
import { openLogLine } from '../../stores/log-line.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { filterOf, queryOf } from './filter.ts';
import { LogExport } from './log-export.tsx';
import { LogFilters } from './log-filters.tsx';
import { LogSettingsDialog } from './log-settings.tsx';
import { Older } from './older.tsx';
import { Unread } from './unread.tsx';

/** The control room's written memory: the newest first. What is asked for stands in the address. */
export const LogScreen = ({ query }: { query: string }) => {
  const { t } = useTranslation();
  const filter = filterOf(query);
  const log = useLastLog(filter);
  // It stays open when what is shown below it changes.
  const [settings, setSettings] = useState(false);
  const [later, setLater] = useState<Later | null>(null);
  return (
    <div className="screen stack">
      <div className="row">
        <h1>{t('log.title')}</h1>
        <Button tone="primary" onClick={openLogLine}>
          {t('log.writeEntry')} <kbd>L</kbd>
        </Button>
        {log?.at && <span className="quiet">{t('log.asOf', { time: formatTime(log.at) })}</span>}
        <Unread filter={filter} />
        <LogExport />
        {log && log.settings.version > 0 && <Button onClick={() => setSettings(true)}>{t('log.settings')}</Button>}
      </div>
      <LogFilters filter={filter} log={log} />
      {log && woven(log).length === 0 && (
        <EmptyState
          title={t(query === '' ? 'log.empty' : 'log.nothingFits')}
          text={t(query === '' ? 'log.emptyText' : 'log.nothingFitsText')}
        />
      )}
      <ul aria-label={t('log.entries')}>
        {woven(log).map((line) =>
          'key' in line ? (
            <SystemLineItem key={line.key} line={line} />
          ) : (
            <LogEntryItem key={line.entryId} line={line} duplicate={duplicateAmong(line, log)} onLater={setLater} />
          ),
        )}
      </ul>
      {settings && log && <LogSettingsDialog settings={log.settings} onClose={() => setSettings(false)} />}
      {log?.older && !log.more && filter.source !== 'system' && <Older filter={filter} onLater={setLater} />}
      {later !== null && <LaterDialog {...later} onClose={() => setLater(null)} />}
      {log?.more && (
        <div>
          <a href={queryOf({ ...filter, limit: Math.min(2_000, filter.limit + 200) })}>{t('log.older')}</a>
        </div>
      )}
    </div>
  );
};

/** What people wrote and what the console recorded, in one order. */
const woven = (log: LogView | undefined): readonly (LogLine | SystemLine)[] => {
  const timeOf = (line: LogLine | SystemLine): number => ('key' in line ? Date.parse(line.at) : placeInTime(line));
  return [...(log?.lines ?? []), ...(log?.system ?? [])].sort((a, b) => timeOf(b) - timeOf(a));
};

/** The line of another laptop that says nearly the same. */
const duplicateAmong = (line: LogLine, log: LogView | undefined): LogLine | null =>
  duplicateOf(
    line.text,
    placeInTime(line),
    (log?.lines ?? []).filter(
      ({ laptop, later }) => laptop !== line.laptop && !later.some(({ act }) => act === 'struck'),
    ),
  );

/** What was shown last stays until another filter has its answer. */
const useLastLog = (filter: LogFilter): LogView | undefined => {
  const log = useLog(filter);
  const [last, setLast] = useState(log);
  if (log !== undefined && log !== last) setLast(log);
  return log ?? last;
};
