import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogFilter, LogView } from '../../../shared/contract/log.ts';
import { type LogLine, placeInTime } from '../../../shared/domain/log.ts';
import { DUPLICATE_MS, duplicateOf } from '../../../shared/domain/log-duplicates.ts';
import type { SystemLine } from '../../../shared/domain/log-system.ts';
import { type Later, LaterDialog } from '../../features/log/later-dialog.tsx';
import { LogEntryItem } from '../../features/log/log-entry.tsx';
import { SystemLineItem } from '../../features/log/system-line.tsx';
import { printPaper } from '../../features/paper/paper.tsx';
import { formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { openLogLine } from '../../stores/log-line.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useQuarter } from '../../ui/time.tsx';
import { useAfterFrame } from '../../ui/use-after-frame.ts';
import { filterOf, queryOf } from './filter.ts';
import { LogExport } from './log-export.tsx';
import { LogFilters } from './log-filters.tsx';
import { LogPaper } from './log-paper.tsx';
import { LogSettingsDialog } from './log-settings.tsx';
import { Older } from './older.tsx';
import { Unread } from './unread.tsx';

/** The control room's written memory: the newest first. What is asked for stands in the address. */
export const LogScreen = ({ query }: { query: string }) => {
  const { t } = useTranslation();
  const filter = useMemo(() => filterOf(query), [query]);
  const { log, asking } = useLastLog(filter);
  const lines = useFirstLines(useMemo(() => woven(log), [log]));
  // Two thousand lines are compared with each other, once, and when what is in sight is drawn.
  const settled = useAfterFrame(log);
  const duplicates = useMemo(() => duplicatesIn(settled), [settled]);
  const quarter = useQuarter();
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
        <Button onClick={() => printPaper('log')}>{t('checklists.print')}</Button>
        {log && log.settings.version > 0 && <Button onClick={() => setSettings(true)}>{t('log.settings')}</Button>}
      </div>
      <LogFilters
        filter={filter}
        tags={log?.tags ?? NONE}
        ownTags={log?.settings.tags ?? NONE}
        authors={log?.authors ?? NONE}
        places={log?.places ?? NONE}
        asking={asking}
      />
      {log && lines.length === 0 && (
        <EmptyState
          title={t(query === '' ? 'log.empty' : 'log.nothingFits')}
          text={t(query === '' ? 'log.emptyText' : 'log.nothingFitsText')}
        />
      )}
      <ul aria-label={t('log.entries')}>
        {lines.map((line) =>
          'key' in line ? (
            <SystemLineItem key={line.key} line={line} quarter={quarter} />
          ) : (
            <LogEntryItem
              key={line.entryId}
              line={line}
              duplicate={duplicates.get(line.entryId) ?? null}
              quarter={quarter}
              onLater={setLater}
            />
          ),
        )}
      </ul>
      {settings && log && <LogSettingsDialog settings={log.settings} onClose={() => setSettings(false)} />}
      {log?.older && !log.more && filter.source !== 'system' && <Older filter={filter} onLater={setLater} />}
      {log && <LogPaper log={log} lines={lines} filter={filter} />}
      {later !== null && <LaterDialog {...later} onClose={() => setLater(null)} />}
      {log?.more && (
        <div>
          <a href={queryOf({ ...filter, limit: Math.min(2_000, filter.limit + 200) })}>{t('log.older')}</a>
        </div>
      )}
    </div>
  );
};

const NONE: readonly string[] = [];

type Line = LogLine | SystemLine;
const keyOf = (line: Line): string => ('key' in line ? line.key : line.entryId);

/** What people wrote and what the console recorded, in one order. */
const woven = (log: LogView | undefined): readonly Line[] => {
  const timeOf = (line: Line): number => ('key' in line ? Date.parse(line.at) : placeInTime(line));
  return [...(log?.lines ?? []), ...(log?.system ?? [])]
    .map((line) => ({ line, at: timeOf(line) }))
    .sort((a, b) => b.at - a.at)
    .map(({ line }) => line);
};

/** For each line the one of another laptop that says nearly the same. */
const duplicatesIn = (log: LogView | undefined): ReadonlyMap<string, LogLine> => {
  const placed = (log?.lines ?? []).map((line) => ({ line, at: placeInTime(line) }));
  const standing = placed.filter(({ line }) => !line.later.some(({ act }) => act === 'struck'));
  return new Map(
    placed.flatMap(({ line, at }) => {
      const near = standing.filter((one) => one.line.laptop !== line.laptop && Math.abs(one.at - at) <= DUPLICATE_MS);
      const duplicate = duplicateOf(
        line.text,
        at,
        near.map((one) => one.line),
      );
      return duplicate === null ? [] : [[line.entryId, duplicate] as const];
    }),
  );
};

/** What was shown last stays until another filter has its answer. */
const useLastLog = (filter: LogFilter): { log: LogView | undefined; asking: boolean } => {
  const { data: log, isLoading: asking } = useCall('log.get', filter);
  const [last, setLast] = useState(log);
  if (log !== undefined && log !== last) setLast(log);
  return { log: log ?? last, asking };
};

/** More lines than a window has room for. */
const FIRST = 12;

/** What is new and out of sight is drawn when there is time; what is there already stays where it is. */
const useFirstLines = (lines: readonly Line[]): readonly Line[] => {
  const drawn = useAfterFrame(lines);
  return useMemo(() => {
    if (drawn === lines) return lines;
    const there = new Set(drawn.map(keyOf));
    return lines.filter((line, place) => place < FIRST || there.has(keyOf(line)));
  }, [lines, drawn]);
};
