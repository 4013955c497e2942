import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SystemLine } from '../../../shared/domain/log-system.ts';
import { idIn } from '../../../shared/domain/row-id.ts';
import { closingNote } from '../../closing-note.ts';
import { formatTime, i18n } from '../../i18n.ts';
import { detectorName } from '../../sentence.ts';
import { incidentOf, useAlerts } from '../../stores/alerts.ts';
import { Subject } from './subject.tsx';
import './log.css';

const ENGINE = /^regie-/;

type ItemProps = {
  line: SystemLine;
  /** On paper; left out: as the screen says it. */
  time?: string;
  /** In which quarter of an hour it is shown: with a day's end its time is said anew. */
  quarter?: number;
};

/** What the console recorded of itself: one quiet line between those that people wrote. Drawn again when it changes. */
export const SystemLineItem = memo((props: ItemProps) => <Item {...props} />);

const Item = ({ line, time }: ItemProps) => {
  const { t } = useTranslation();
  const { action, actor, laptop, subject, what, words } = line;
  const isAlert = action.startsWith('event_');
  const name = `log.system_${action}`;
  return (
    <li className="log-system">
      <time dateTime={line.at}>{time ?? formatTime(line.at)}</time>{' '}
      <span>{i18n.exists(name) ? t(name, { laptop, name: what ?? '' }) : t(`handover.action_${action}`)}</span>{' '}
      {isAlert && what !== null && <What subject={subject} algorithm={what} />}
      <Subject subject={subject} />{' '}
      {words !== null && (
        <>
          · <span dir="auto">{isAlert ? closingNote(words, line.at) : words}</span>{' '}
        </>
      )}
      {!ENGINE.test(actor) && `· ${actor}`}
    </li>
  );
};

/** What kind of alert it was, where the sentence beside it does not say so: that of another one, which it joined, or none. */
const What = ({ subject, algorithm }: { subject: string; algorithm: string }) => {
  const eventId = idIn(subject.replace(/^event:/, ''));
  const itself = useAlerts((state) =>
    eventId === null ? false : incidentOf(state.byId, eventId)?.incidentId === eventId,
  );
  return itself ? null : `${detectorName(algorithm)} · `;
};
