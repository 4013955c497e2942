import { AlarmClock, BellOff, Check, CloudUpload, Layers, type LucideIcon, MailWarning, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { type Silence, silenceOf } from '../../../shared/domain/silence.ts';
import { festivalNow } from '../../clock.ts';
import { formatMoney, formatSpan, formatTime, formatTimeLeft } from '../../i18n.ts';
import { nameOf, titleOf } from '../../sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { useNow, useNowOf } from '../../ui/time.tsx';
import type { BoardRow } from './rows.ts';
import type { ColumnId } from './view.ts';

type Cell = { row: BoardRow; silences: readonly Silence[] };

type BoardColumn = {
  readonly id: ColumnId;
  readonly align?: 'end';
  readonly cell: (props: Cell) => ReactNode;
};

/** What an alert is, in the words of its kind; whoever hears it gets the whole sentence. */
const What = ({ row: { alert, repeats, card, place }, silences }: Cell) => {
  const { t } = useTranslation();
  const title = titleOf(alert);
  const name = alert.storm === null ? nameOf(alert.lead) : title;
  return (
    <>
      <span className="board-name ellipsis" title={title}>
        <bdi>{name}</bdi>
        {name !== title && <span className="visually-hidden">: {title}</span>}
      </span>
      {card !== null ? (
        <span className="board-short-card mono" aria-hidden="true">
          …{card.slice(-4)}
        </span>
      ) : (
        place !== null && (
          <span className="board-short-place" aria-hidden="true">
            <bdi>{place}</bdi>
          </span>
        )
      )}
      {repeats.length > 0 && (
        <span className="board-flag" title={t('board.repeats', { count: repeats.length })}>
          <Layers size={14} aria-hidden="true" />
          <span className="visually-hidden">{t('board.repeats', { count: repeats.length })}</span>
        </span>
      )}
      {alert.storm === null && alert.linkedCount > 0 && (
        <span className="board-flag">{t('board.linked', { count: alert.linkedCount })}</span>
      )}
      {silences.length > 0 && <Silenced alert={alert} silences={silences} />}
      <Flags alert={alert} />
    </>
  );
};

const Flag = ({ icon: Icon, words }: { icon: LucideIcon; words: string }) => (
  <span className="board-flag" title={words}>
    <Icon size={14} aria-hidden="true" />
    <span className="visually-hidden">{words}</span>
  </span>
);

/** Whose silence holds an alert back now, if any. */
const Silenced = ({ alert, silences }: { alert: Alert; silences: readonly Silence[] }) => {
  const { t } = useTranslation();
  useNowOf((now) => silenceOf(alert, silences, now) !== null);
  const silence = silenceOf(alert, silences, festivalNow());
  if (silence === null) return null;
  const { until, by, reason } = silence;
  return <Flag icon={BellOff} words={t('team.silencedBy', { time: formatTime(until), name: by, reason })} />;
};

/** What else holds for an alert, each as a small picture with its words. */
const Flags = ({ alert: { lead, open, notSent, unconfirmed, waiting } }: { alert: Alert }) => {
  const { t } = useTranslation();
  const unanswered = open && lead.acknowledgedAt === null;
  return (
    <>
      {lead.snoozedUntil !== null && (
        <Flag icon={AlarmClock} words={t('board.snoozed', { time: formatTime(lead.snoozedUntil) })} />
      )}
      {unanswered && lead.recalledAt !== null && (
        <Flag icon={RotateCcw} words={t('board.recalled', { time: formatTime(lead.recalledAt) })} />
      )}
      {unanswered && notSent.length > 0 && (
        <Flag icon={MailWarning} words={t('board.notSent', { count: notSent.length })} />
      )}
      {unanswered && unconfirmed.length > 0 && (
        <Flag icon={MailWarning} words={t('board.unconfirmed', { count: unconfirmed.length })} />
      )}
      {lead.clearedAt !== null && (
        <Flag icon={Check} words={t('board.cleared', { time: formatTime(lead.clearedAt) })} />
      )}
      {waiting > 0 && <Flag icon={CloudUpload} words={t('board.waiting')} />}
    </>
  );
};

const Owner = ({ row: { alert, owner } }: Cell) => {
  const { t } = useTranslation();
  const { lead, open } = alert;
  if (!open) return <span className="quiet ellipsis">{t(`board.status_${lead.status}`)}</span>;
  if (owner === null) return <span className="quiet">{t('board.noOwner')}</span>;
  return (
    <span className="ellipsis" title={lead.takenBy === null ? undefined : `${lead.takenBy}, ${lead.takenOn ?? '–'}`}>
      <bdi>{owner}</bdi>
      {lead.takenOn !== null && <span className="visually-hidden">, {lead.takenOn}</span>}
      {lead.takenBy === null && <span className="quiet"> · {t('board.acknowledgedOnly')}</span>}
    </span>
  );
};

/** An age as it is written: seconds of the first minute, then minutes; nothing is drawn anew in between. */
const writtenAge = (ms: number): number => ms - (ms % (ms < 60_000 ? 1_000 : 60_000));

const Age = ({ row: { alert } }: Cell) => {
  const { detectedAt } = alert.lead;
  const age = useNowOf((now) => writtenAge(now - Date.parse(detectedAt)));
  return (
    <time className="quiet" dateTime={detectedAt} title={formatTime(detectedAt, { seconds: true })}>
      {formatSpan(age)}
    </time>
  );
};

/** Soon: the last third of the time to answer, or the last five minutes of the time to resolve. */
const SOON_MS = { answer: 40_000, resolution: 5 * 60_000 } as const;

/** What has none does not tick. */
const Deadline = ({ row: { deadline } }: Cell) => deadline !== null && <Countdown deadline={deadline} />;

const Countdown = ({ deadline }: { deadline: NonNullable<Cell['row']['deadline']> }) => {
  const { t } = useTranslation();
  const left = Date.parse(deadline.at) - useNow();
  const time = formatTimeLeft(left);
  if (left < 0) {
    return (
      <Badge tone="red">
        <span className="visually-hidden">{t('board.tile_nextOverdue')} </span>
        {time}
      </Badge>
    );
  }
  if (left < SOON_MS[deadline.kind]) return <Badge tone="amber">{time}</Badge>;
  return <span className={deadline.kind === 'answer' ? '' : 'quiet'}>{time}</span>;
};

/** In the order in which they stand; their widths, and from which width of the board on each is there: board-screen.css. */
export const BOARD_COLUMNS: readonly BoardColumn[] = [
  { id: 'severity', cell: ({ row }) => <SeverityMark severity={row.alert.lead.severity} /> },
  { id: 'what', cell: What },
  {
    id: 'amount',
    align: 'end',
    cell: ({ row }) => (row.amountCents === null ? null : <strong>{formatMoney(row.amountCents)}</strong>),
  },
  { id: 'card', cell: ({ row }) => (row.card === null ? null : <IdText id={row.card} copy={false} />) },
  {
    id: 'place',
    cell: ({ row }) => (
      <span className="ellipsis" title={row.place ?? undefined}>
        <bdi>{row.place}</bdi>
      </span>
    ),
  },
  { id: 'owner', cell: Owner },
  { id: 'age', align: 'end', cell: Age },
  { id: 'deadline', align: 'end', cell: Deadline },
];
