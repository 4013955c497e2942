import { AlarmClock, BellOff, Check, CloudUpload, Layers, type LucideIcon, MailWarning, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Alert } from '../../../shared/domain/alert.ts';
import { type Silence, silenceOf } from '../../../shared/domain/silence.ts';
import { festivalNow } from '../../clock.ts';
import { formatMoney, formatSpan, formatTime, formatTimeLeft, i18n } from '../../i18n.ts';
import { nameOf } from '../../sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { useNow, useNowOf } from '../../ui/time.tsx';
import type { BoardRow } from './rows.ts';
import type { ColumnId } from './view.ts';

type Cell = {
  readonly row: BoardRow;
  /** The alert in a sentence. */
  readonly title: string;
  readonly silences: readonly Silence[];
};

type BoardColumn = {
  readonly id: ColumnId;
  readonly align?: 'end';
  /** What stands in it, drawn as a part of its row: as components of their own, eight a row would be most of what a row costs. */
  readonly cell: (cell: Cell) => ReactNode;
  /** All of what may have no room in it. */
  readonly whole?: (row: BoardRow) => string | undefined;
};

/** What an alert is, in the words of its kind; whoever hears it gets the whole sentence. */
const what = ({ row: { alert, repeats, card, place }, title, silences }: Cell): ReactNode => {
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
      {repeats.length > 0 && <Flag icon={Layers} words={i18n.t('board.repeats', { count: repeats.length })} />}
      {alert.storm === null && alert.linkedCount > 0 && (
        <span className="board-flag">{i18n.t('board.linked', { count: alert.linkedCount })}</span>
      )}
      {silences.length > 0 && <Silenced alert={alert} silences={silences} />}
      {flags(alert)}
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
  useNowOf((now) => silenceOf(alert, silences, now) !== null);
  const silence = silenceOf(alert, silences, festivalNow());
  if (silence === null) return null;
  const { until, by, reason } = silence;
  return <Flag icon={BellOff} words={i18n.t('team.silencedBy', { time: formatTime(until), name: by, reason })} />;
};

/** What else holds for an alert, each as a small picture with its words. */
const flags = ({ lead, open, notSent, unconfirmed, waiting }: Alert): ReactNode => {
  const unanswered = open && lead.acknowledgedAt === null;
  return (
    <>
      {lead.snoozedUntil !== null && (
        <Flag icon={AlarmClock} words={i18n.t('board.snoozed', { time: formatTime(lead.snoozedUntil) })} />
      )}
      {unanswered && lead.recalledAt !== null && (
        <Flag icon={RotateCcw} words={i18n.t('board.recalled', { time: formatTime(lead.recalledAt) })} />
      )}
      {unanswered && notSent.length > 0 && (
        <Flag icon={MailWarning} words={i18n.t('board.notSent', { count: notSent.length })} />
      )}
      {unanswered && unconfirmed.length > 0 && (
        <Flag icon={MailWarning} words={i18n.t('board.unconfirmed', { count: unconfirmed.length })} />
      )}
      {lead.clearedAt !== null && (
        <Flag icon={Check} words={i18n.t('board.cleared', { time: formatTime(lead.clearedAt) })} />
      )}
      {waiting > 0 && <Flag icon={CloudUpload} words={i18n.t('board.waiting')} />}
    </>
  );
};

const owned = ({ row: { alert, owner } }: Cell): ReactNode => {
  const { lead, open } = alert;
  if (!open) return <span className="quiet">{i18n.t(`board.status_${lead.status}`)}</span>;
  if (owner === null) return <span className="quiet">{i18n.t('board.noOwner')}</span>;
  return (
    <>
      <bdi>{owner}</bdi>
      {lead.takenOn !== null && <span className="visually-hidden">, {lead.takenOn}</span>}
      {lead.takenBy === null && <span className="quiet"> · {i18n.t('board.acknowledgedOnly')}</span>}
    </>
  );
};

const ownedWhole = ({ alert: { lead, open }, owner }: BoardRow): string | undefined => {
  if (!open || owner === null) return undefined;
  return lead.takenBy === null
    ? `${owner} · ${i18n.t('board.acknowledgedOnly')}`
    : `${lead.takenBy}, ${lead.takenOn ?? '–'}`;
};

/** An age as it is written: seconds of the first minute, then minutes; nothing is drawn anew in between. */
const writtenAge = (ms: number): number => ms - (ms % (ms < 60_000 ? 1_000 : 60_000));

const Age = ({ detectedAt }: { detectedAt: string }) => {
  const age = useNowOf((now) => writtenAge(now - Date.parse(detectedAt)));
  return (
    <time className="quiet" dateTime={detectedAt} title={formatTime(detectedAt, { seconds: true })}>
      {formatSpan(age)}
    </time>
  );
};

/** Soon: the last third of the time to answer, or the last five minutes of the time to resolve. */
const SOON_MS = { answer: 40_000, resolution: 5 * 60_000 } as const;

const Countdown = ({ deadline }: { deadline: NonNullable<BoardRow['deadline']> }) => {
  const left = Date.parse(deadline.at) - useNow();
  const time = formatTimeLeft(left);
  if (left < 0) {
    return (
      <Badge tone="red">
        <span className="visually-hidden">{i18n.t('board.tile_nextOverdue')} </span>
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
  { id: 'what', cell: what },
  {
    id: 'amount',
    align: 'end',
    cell: ({ row }) => row.amountCents !== null && formatMoney(row.amountCents),
  },
  { id: 'card', cell: ({ row }) => (row.card === null ? null : <IdText id={row.card} copy={false} />) },
  {
    id: 'place',
    cell: ({ row }) => <bdi>{row.place}</bdi>,
    whole: ({ place }) => place ?? undefined,
  },
  { id: 'owner', cell: owned, whole: ownedWhole },
  { id: 'age', align: 'end', cell: ({ row }) => <Age detectedAt={row.alert.lead.detectedAt} /> },
  // What has none does not tick.
  {
    id: 'deadline',
    align: 'end',
    cell: ({ row }) => row.deadline !== null && <Countdown deadline={row.deadline} />,
  },
];
