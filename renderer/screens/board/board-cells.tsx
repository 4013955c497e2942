import { AlarmClock, BellOff, Check, CloudUpload, Layers, MailWarning, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSilence } from '../../features/team/use-team.ts';
import { formatCountdown, formatMoney, formatSpan, formatTime } from '../../i18n.ts';
import { nameOf, titleOf } from '../../sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { useNow } from '../../ui/time.tsx';
import type { BoardRow } from './rows.ts';
import type { ColumnId } from './view.ts';

export type BoardColumn = {
  readonly id: ColumnId;
  /** A CSS grid track. */
  readonly width: string;
  readonly align?: 'end';
  readonly cell: (props: { row: BoardRow }) => ReactNode;
};

/** What an alert is, in the words of its kind; whoever hears it gets the whole sentence. */
const What = ({ row: { alert, repeats } }: { row: BoardRow }) => {
  const { t } = useTranslation();
  const title = titleOf(alert);
  const name = alert.storm === null ? nameOf(alert.lead) : title;
  return (
    <>
      <span className="board-name ellipsis" title={title}>
        <bdi>{name}</bdi>
        {name !== title && <span className="visually-hidden">: {title}</span>}
      </span>
      {repeats.length > 0 && (
        <span className="board-flag" title={t('board.repeats', { count: repeats.length })}>
          <Layers size={14} aria-hidden="true" />
          <span className="visually-hidden">{t('board.repeats', { count: repeats.length })}</span>
        </span>
      )}
      {alert.storm === null && alert.linkedCount > 0 && (
        <span className="board-flag">{t('board.linked', { count: alert.linkedCount })}</span>
      )}
      <Flags row={{ alert }} />
    </>
  );
};

/** What else holds for an alert, each as a small picture with its words. */
const Flags = ({ row: { alert } }: { row: Pick<BoardRow, 'alert'> }) => {
  const { t } = useTranslation();
  const now = useNow();
  const silence = useSilence(alert, now);
  const { lead, open } = alert;
  const flags: readonly (readonly [typeof Check, string])[] = [
    ...(silence === null
      ? []
      : [
          [
            BellOff,
            t('team.silencedBy', { time: formatTime(silence.until), name: silence.by, reason: silence.reason }),
          ] as const,
        ]),
    ...(lead.snoozedUntil === null
      ? []
      : [[AlarmClock, t('board.snoozed', { time: formatTime(lead.snoozedUntil) })] as const]),
    ...(open && lead.acknowledgedAt === null && lead.recalledAt !== null
      ? [[RotateCcw, t('board.recalled', { time: formatTime(lead.recalledAt) })] as const]
      : []),
    ...(open && lead.acknowledgedAt === null && alert.notSent.length > 0
      ? [[MailWarning, t('board.notSent', { count: alert.notSent.length })] as const]
      : []),
    ...(open && lead.acknowledgedAt === null && alert.unconfirmed.length > 0
      ? [[MailWarning, t('board.unconfirmed', { count: alert.unconfirmed.length })] as const]
      : []),
    ...(lead.clearedAt === null ? [] : [[Check, t('board.cleared', { time: formatTime(lead.clearedAt) })] as const]),
    ...(alert.waiting > 0 ? [[CloudUpload, t('board.waiting')] as const] : []),
  ];
  return flags.map(([Icon, words]) => (
    <span key={words} className="board-flag" title={words}>
      <Icon size={14} aria-hidden="true" />
      <span className="visually-hidden">{words}</span>
    </span>
  ));
};

const Owner = ({ row: { alert, owner } }: { row: BoardRow }) => {
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

const Age = ({ row: { alert } }: { row: BoardRow }) => {
  const now = useNow();
  const { detectedAt } = alert.lead;
  return (
    <time className="quiet" dateTime={detectedAt} title={formatTime(detectedAt, { seconds: true })}>
      {formatSpan(now - Date.parse(detectedAt))}
    </time>
  );
};

/** Soon: the last third of the time to answer, or the last five minutes of the time to resolve. */
const SOON_MS = { answer: 40_000, resolution: 5 * 60_000 } as const;

const Deadline = ({ row: { deadline } }: { row: BoardRow }) => {
  const { t } = useTranslation();
  const now = useNow();
  if (deadline === null) return null;
  const left = Date.parse(deadline.at) - now;
  const time = formatCountdown(Math.abs(left));
  if (left <= 0) {
    return (
      <Badge tone="red">
        <span className="visually-hidden">{t('board.tile_nextOverdue')} </span>−{time}
      </Badge>
    );
  }
  if (left < SOON_MS[deadline.kind]) return <Badge tone="amber">{time}</Badge>;
  return <span className={deadline.kind === 'answer' ? '' : 'quiet'}>{time}</span>;
};

const WIDE: readonly BoardColumn[] = [
  { id: 'severity', width: '96px', cell: ({ row }) => <SeverityMark severity={row.alert.lead.severity} /> },
  { id: 'what', width: 'minmax(120px, 1fr)', cell: What },
  {
    id: 'amount',
    width: '84px',
    align: 'end',
    cell: ({ row }) => (row.amountCents === null ? null : <strong>{formatMoney(row.amountCents)}</strong>),
  },
  { id: 'card', width: '150px', cell: ({ row }) => (row.card === null ? null : <IdText id={row.card} copy={false} />) },
  {
    id: 'place',
    width: 'minmax(100px, 0.5fr)',
    cell: ({ row }) => (
      <span className="ellipsis" title={row.place ?? undefined}>
        <bdi>{row.place}</bdi>
      </span>
    ),
  },
  { id: 'owner', width: 'minmax(96px, 0.3fr)', cell: Owner },
  { id: 'age', width: '62px', align: 'end', cell: Age },
  { id: 'deadline', width: '72px', align: 'end', cell: Deadline },
];

/** From which width on there is room for a column; the others always are there. */
const ROOM: Partial<Record<ColumnId, number>> = { card: 1_020, age: 860, place: 740, owner: 570 };

/** The columns that a table of this width has room for. @param width pixels */
export const columnsFor = (width: number): readonly BoardColumn[] => WIDE.filter(({ id }) => width >= (ROOM[id] ?? 0));
