import { useTranslation } from 'react-i18next';
import type { LogFilter, LogView } from '../../../shared/contract/log.ts';
import { type LogLine, labelOf, stateOf } from '../../../shared/domain/log.ts';
import type { SystemLine } from '../../../shared/domain/log-system.ts';
import { SystemLineItem } from '../../features/log/system-line.tsx';
import { Paper, paperTime } from '../../features/paper/paper.tsx';
import { visibleText } from '../../visible-text.ts';
import { queryOf } from './filter.ts';

type Line = LogLine | SystemLine;

/** The lines that the screen shows on paper, the oldest first as a book has them, with the hash that covers the log. */
export const LogPaper = (props: { log: LogView; lines: readonly Line[]; filter: LogFilter }) => {
  const { t } = useTranslation();
  return <Paper title={t('log.title')}>{() => <Contents {...props} />}</Paper>;
};

const Contents = ({ log, lines, filter }: { log: LogView; lines: readonly Line[]; filter: LogFilter }) => {
  const { t } = useTranslation();
  const [, query] = decodeURIComponent(queryOf(filter)).split('#/log/');
  return (
    <>
      {query !== undefined && <p>{t('paper.filtered', { filter: new URLSearchParams(query).toString() })}</p>}
      <h2>{t('paper.entries', { count: log.lines.length })}</h2>
      {log.more && <p>{t('paper.more')}</p>}
      <ol>
        {lines
          .toReversed()
          .map((line) =>
            'key' in line ? (
              <SystemLineItem key={line.key} line={line} time={paperTime(line.at)} />
            ) : (
              <Entry key={line.entryId} line={line} />
            ),
          )}
      </ol>
      <h2>{t('checklists.hash')}</h2>
      <p>{log.head === null ? t('paper.noLogHead') : t('paper.logHead', { number: String(log.head.number) })}</p>
      {log.head !== null && <p className="mono paper-query">{log.head.hash}</p>}
    </>
  );
};

const Entry = ({ line }: { line: LogLine }) => {
  const { t } = useTranslation();
  const { struck } = stateOf(line);
  const facts = [
    ...[paperTime(line.occurredAt), line.number === null ? t('log.waiting') : String(line.number), labelOf(line)],
    ...[line.author, t(`log.kind_${line.kind}`), ...(line.importance === 'important' ? [t('log.important')] : [])],
    ...[line.place, ...line.tags.map((tag) => `#${tag}`)],
  ].filter((one) => one !== null);
  return (
    <li className="paper-line">
      <p>{facts.join(' · ')}</p>
      <p className="paper-text" dir="auto">
        {struck === null ? <strong>{line.text}</strong> : <s>{line.text}</s>}
      </p>
      {line.decision !== null &&
        (['options', 'why', 'agreed'] as const).map((name) => (
          <p key={name} dir="auto">
            {t('common.label', { label: t(`log.field_${name}`) })} {line.decision?.[name]}
          </p>
        ))}
      {line.followUp !== null && <p>{t('log.asked', { who: line.followUp.who, time: paperTime(line.followUp.by) })}</p>}
      {line.lateReason !== null && (
        <p>{t('log.enteredLater', { time: paperTime(line.enteredAt), reason: line.lateReason })}</p>
      )}
      {line.attachments.map(({ sha256, name }) => (
        <p key={sha256} className="paper-query">
          {t('paper.picture', { name: visibleText(name), sha256 })}
        </p>
      ))}
      {line.later.map((later) => (
        <p key={later.entryId} dir="auto">
          {t(`log.later_${later.act}`, {
            name: later.author,
            time: paperTime(later.occurredAt),
            number: later.number === null ? labelOf(later) : String(later.number),
          })}{' '}
          {later.text}
        </p>
      ))}
    </li>
  );
};
