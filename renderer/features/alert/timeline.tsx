import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { TimelineEntry } from '../../../shared/domain/alert.ts';
import { TIMELINE_KINDS } from '../../../shared/domain/alert.ts';
import { CHANNELS } from '../../../shared/domain/escalation.ts';
import { messageReasonSchema, whatToDo } from '../../../shared/domain/message-reason.ts';
import { instantSchema } from '../../../shared/domain/primitives.ts';
import { idIn } from '../../../shared/domain/row-id.ts';
import { closingNote } from '../../closing-note.ts';
import { formatTime } from '../../i18n.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import { MentionText } from '../team/mention-text.tsx';

const ENGINE = 'regie-engine';
const namesSchema = z.array(z.string()).catch([]);

/** Who approved a correction, and the ways on from it. */
const OfCorrection = ({ entry: { kind, data } }: { entry: TimelineEntry }) => {
  const { t } = useTranslation();
  const logId = idIn(data.log_id);
  return (
    <>
      {typeof data.approver === 'string' && (
        <span className="quiet"> {t('correction.approvedBy', { name: data.approver })}</span>
      )}
      {logId !== null && (kind === 'corrected' || kind === 'correction_undone') && (
        <span className="row">
          <Button tone="quiet" onClick={() => openDialog({ kind: 'receipt', logId })}>
            {t('receipt.open')}
          </Button>
          {kind === 'corrected' && (
            <Button tone="quiet" onClick={() => openDialog({ kind: 'undo', logId })}>
              {t('correction.undo')}
            </Button>
          )}
        </span>
      )}
    </>
  );
};

/** Why a message was not sent, and what to do about it. */
const OfMessage = ({ entry: { kind, data } }: { entry: TimelineEntry }) => {
  const { t } = useTranslation();
  const reason = messageReasonSchema.safeParse({ code: data.why, detail: data.detail });
  if (!reason.success || !kind.startsWith('escalation_')) return null;
  const { code, detail } = reason.data;
  return (
    <p className="timeline-text">
      {t('escalation.because', { why: t(`escalation.why_${code}`, { detail }) })}{' '}
      {t(`escalation.todo_${whatToDo(reason.data)}`)}
    </p>
  );
};

export const Timeline = ({ entries }: { entries: readonly TimelineEntry[] }) => {
  const { t } = useTranslation();
  const title = ({ kind, data }: TimelineEntry): string => {
    const named = TIMELINE_KINDS.find((one) => one === kind);
    return named === undefined
      ? t('alert.kind_other', { kind })
      : t(`alert.kind_${named}`, {
          step: String(data.step ?? ''),
          from: String(data.from ?? ''),
          contact: String(data.contact ?? data.name ?? ''),
          channel: channelOf(data.channel),
          incident: String(data.incident ?? ''),
          at: clockTime(data.at),
          until: clockTime(data.until),
        });
  };
  const clockTime = (value: unknown): string => {
    const at = instantSchema.safeParse(value);
    return at.success ? formatTime(at.data) : '';
  };
  const channelOf = (value: unknown): string => {
    const channel = CHANNELS.find((one) => one === value);
    return channel === undefined ? '' : t(`escalation.channel_${channel}`);
  };
  const words = ({ data, kind, actor, at }: TimelineEntry): string => {
    const written = [data.text, data.note, data.reason].find((value) => typeof value === 'string')?.toString() ?? '';
    return kind === 'resolved' && actor === ENGINE ? closingNote(written, at) : written;
  };
  if (entries.length === 0) return <p className="quiet">{t('alert.timelineEmpty')}</p>;
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
          <OfCorrection entry={entry} />
          <OfMessage entry={entry} />
          {words(entry) !== '' && (
            <p className="timeline-text">
              <MentionText text={words(entry)} names={namesSchema.parse(entry.data.mentions)} />
            </p>
          )}
        </li>
      ))}
    </ol>
  );
};
