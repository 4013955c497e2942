import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '../../shared/contract/alerts.ts';
import { TIMELINE_KINDS } from '../../shared/contract/alerts.ts';
import { CHANNELS } from '../../shared/contract/escalation.ts';
import { Time } from '../components/time.tsx';

const ENGINE = 'regie-engine';

export const Timeline = ({ entries }: { entries: readonly TimelineEntry[] }) => {
  const { t } = useTranslation();
  const title = ({ kind, data }: TimelineEntry): string => {
    const known = TIMELINE_KINDS.find((one) => one === kind);
    return known === undefined
      ? t('alert.kind_other', { kind })
      : t(`alert.kind_${known}`, {
          step: String(data.step ?? ''),
          from: String(data.from ?? ''),
          contact: String(data.contact ?? data.name ?? ''),
          channel: channelOf(data.channel),
        });
  };
  const channelOf = (value: unknown): string => {
    const channel = CHANNELS.find((one) => one === value);
    return channel === undefined ? '' : t(`escalation.channel_${channel}`);
  };
  const words = ({ data }: TimelineEntry): string =>
    [data.text, data.note, data.reason].find((value) => typeof value === 'string')?.toString() ?? '';
  return (
    <ol className="timeline">
      {entries.map((entry) => (
        <li key={entry.entryId ?? `${entry.kind} ${entry.at}`}>
          <Time at={entry.at} seconds />
          <strong>{title(entry)}</strong>{' '}
          <span className="quiet">
            {entry.actor === ENGINE ? t('alert.engine') : (entry.actor ?? '')}
            {entry.laptop === null ? '' : ` · ${entry.laptop}`}
          </span>
          {entry.entryId === null && <span className="waiting-mark">{t('board.waiting')}</span>}
          {words(entry) !== '' && <p className="timeline-words">{words(entry)}</p>}
        </li>
      ))}
    </ol>
  );
};
