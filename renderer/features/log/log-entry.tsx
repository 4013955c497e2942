import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { isSame } from '../../../shared/contract/shared-by.ts';
import {
  clockWasOff,
  isOpenFollowUp,
  type LogLine,
  type LogLink,
  labelOf,
  type ShownEntry,
  stateOf,
} from '../../../shared/domain/log.ts';
import { cardCandidates } from '../../../shared/domain/log-text.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useNow } from '../../ui/time.tsx';
import type { Later } from './later-dialog.tsx';
import { hrefOfLink, LogText } from './log-text.tsx';
import { Pictures } from './pictures.tsx';
import { tagName } from './tags.ts';
import './log.css';

/** When and by whom: enough to name an entry. */
export const LogEntryHead = ({ line }: { line: LogLine }) => {
  const { t } = useTranslation();
  return (
    <>
      <time dateTime={line.occurredAt}>{formatTime(line.occurredAt)}</time>{' '}
      <span className="mono" title={t(line.number === null ? 'log.labelTitle' : 'log.numberTitle')}>
        {numberOf(line)}
      </span>{' '}
      {line.author}
    </>
  );
};

/** The festival's number, or until it is given the laptop's own. */
const numberOf = (entry: ShownEntry): string => (entry.number === null ? labelOf(entry) : String(entry.number));

type ItemProps = {
  line: LogLine;
  /** Another line that says nearly the same. */
  duplicate: LogLine | null;
  /** In which quarter of an hour it is shown: with a day's end its times are said anew. */
  quarter: number;
  onLater: (later: Later) => void;
};

/** An entry of the log with everything that is known of it: nothing that was written is hidden. Drawn again when it changes. */
export const LogEntryItem = memo(
  (props: ItemProps) => <Item {...props} />,
  // Each answer of the core has every line anew, one place further down.
  (a, b) =>
    a.quarter === b.quarter && a.onLater === b.onLater && isSame(a.line, b.line) && isSame(a.duplicate, b.duplicate),
);

const Item = ({ line, duplicate, onLater }: ItemProps) => {
  const { t } = useTranslation();
  const { text, struck } = stateOf(line);
  const others = line.links.filter(({ kind, id }) => !isNamedIn(line.text, kind, id));
  const offMs = clockWasOff(line);
  return (
    <li className={line.importance === 'important' ? 'log-entry log-entry-important' : 'log-entry'}>
      <div className="log-entry-head">
        <LogEntryHead line={line} />
        {line.number !== null && (
          <span className="quiet mono" title={t('log.labelTitle')}>
            {labelOf(line)}
          </span>
        )}
        {line.role !== null && <span className="quiet">{t(`people.role_${line.role}`)}</span>}
        <Badge>{t(`log.kind_${line.kind}`)}</Badge>
        {line.importance === 'important' && <Badge tone="amber">{t('log.important')}</Badge>}
        {line.number === null && <Badge tone="blue">{t('log.waiting')}</Badge>}
        {line.place !== null && <span className="quiet">{line.place}</span>}
        {line.tags.map((tag) => (
          <a
            key={tag}
            className="log-tag"
            href={`#/log/${encodeURIComponent(new URLSearchParams({ tag }).toString())}`}
          >
            #{tagName(tag)}
          </a>
        ))}
        <Actions line={line} onLater={onLater} />
      </div>
      <div className="log-entry-text" dir="auto">
        {struck === null ? (
          <LogText text={text} entry={line} />
        ) : (
          <s>
            <LogText text={line.text} entry={line} />
          </s>
        )}
      </div>
      <Pictures attachments={line.attachments} />
      {others.length > 0 && <Links links={others} />}
      {line.decision !== null && <Decision decision={line.decision} />}
      {line.followUp !== null && <FollowUp followUp={line.followUp} open={isOpenFollowUp(line)} />}
      {line.lateReason !== null && (
        <p className="quiet">{t('log.enteredLater', { time: formatTime(line.enteredAt), reason: line.lateReason })}</p>
      )}
      {offMs !== null && <ClockOff line={line} offMs={offMs} />}
      {duplicate !== null && <Duplicate line={duplicate} />}
      {line.later.length > 0 && (
        <ul className="log-later">
          {line.later.map((entry) => (
            <li key={entry.entryId}>
              {t(`log.later_${entry.act}`, {
                name: entry.author,
                time: formatTime(entry.occurredAt),
                number: numberOf(entry),
              })}
              {entry.act === 'corrected' ? (
                <span className="quiet"> {t('log.firstText', { text: line.text })}</span>
              ) : (
                entry.text !== '' && <LogText text={` ${entry.text}`} entry={entry} />
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
};

/** Links that the text does not show. */
const Links = ({ links }: { links: readonly LogLink[] }) => {
  const { t } = useTranslation();
  return (
    <p className="quiet">
      {links.map((link) => {
        const words = t(`log.link_${link.kind}`, { id: link.id });
        const href = hrefOfLink(link);
        return <span key={`${link.kind}:${link.id}`}>{href === null ? words : <a href={href}>{words}</a>} </span>;
      })}
    </p>
  );
};

const Decision = ({ decision }: { decision: NonNullable<LogLine['decision']> }) => {
  const { t } = useTranslation();
  const said = (['options', 'why', 'agreed'] as const).filter((name) => decision[name] !== '');
  return (
    <dl className="log-decision">
      {said.map((name) => (
        <div key={name}>
          <dt className="quiet">{t(`log.field_${name}`)}</dt>
          <dd dir="auto">{decision[name]}</dd>
        </div>
      ))}
    </dl>
  );
};

/** What is asked for, and whether it is late. */
const FollowUp = ({ followUp, open }: { followUp: NonNullable<LogLine['followUp']>; open: boolean }) => {
  const { t } = useTranslation();
  const lateMs = useNow() - Date.parse(followUp.by);
  return (
    <p>
      {t('log.asked', { who: followUp.who, time: formatTime(followUp.by) })}{' '}
      {!open && <Badge tone="green">{t('log.settled')}</Badge>}
      {open && lateMs > 0 && <Badge tone="red">{t('log.overdue', { age: formatSpan(lateMs) })}</Badge>}
    </p>
  );
};

/** A hint, never a refusal: two people may be right. */
export const Duplicate = ({ line }: { line: LogLine }) => {
  const { t } = useTranslation();
  return (
    <p className="quiet">
      {t('log.duplicate', { name: line.author, time: formatTime(line.occurredAt), number: numberOf(line) })}
    </p>
  );
};

/** The laptop's clock, and when the festival had it: both are said. */
const ClockOff = ({ line, offMs }: { line: LogLine; offMs: number }) => {
  const { t } = useTranslation();
  return (
    <p className="quiet">
      {t(offMs > 0 ? 'log.clockAhead' : 'log.clockBehind', {
        laptop: line.laptop,
        // It is measured to milliseconds: a day less one is a day.
        age: formatSpan(Math.round(Math.abs(offMs) / 1_000) * 1_000),
        time: formatTime(line.enteredAt, { seconds: true }),
        arrived: line.arrivedAt === null ? '–' : formatTime(line.arrivedAt, { seconds: true }),
      })}
    </p>
  );
};

const Actions = ({ line, onLater }: { line: LogLine; onLater: (later: Later) => void }) => {
  const { t } = useTranslation();
  const { struck } = stateOf(line);
  const offered = (['finish', 'correct', 'strike'] as const).filter((one) =>
    one === 'finish' ? isOpenFollowUp(line) : struck === null,
  );
  return (
    <div className="log-actions row">
      {offered.map((one) => (
        <Button key={one} tone="quiet" onClick={() => onLater({ act: one, line })}>
          {t(`log.${one}`)}
        </Button>
      ))}
    </div>
  );
};

/** Whether a text says what an entry links to: a card also in groups of four. */
const isNamedIn = (text: string, kind: LogLink['kind'], id: string): boolean =>
  kind === 'card'
    ? text.includes(id) || cardCandidates(text).includes(id)
    : text.includes(kind === 'alert' ? `#${id}` : id);
