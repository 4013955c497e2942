import { useTranslation } from 'react-i18next';
import { WHOLE_LOG } from '../../../shared/contract/log.ts';
import { placeInTime } from '../../../shared/domain/log.ts';
import { LogEntryHead } from './log-entry.tsx';
import { LogText } from './log-text.tsx';
import { useLog } from './use-log.ts';

const SHOWN = 50;

/** What was logged since the shift before, the newest first. @param since as an instant */
export const LoggedSince = ({ since }: { since: string }) => {
  const { t } = useTranslation();
  const log = useLog({ ...WHOLE_LOG, limit: SHOWN });
  const lines = log?.lines.filter((line) => placeInTime(line) > Date.parse(since)) ?? [];
  if (lines.length === 0) return <p className="quiet">{t('log.nothingSince')}</p>;
  return (
    <ul className="logged-since">
      {lines.map((line) => (
        <li key={line.entryId}>
          <span className="quiet">
            <LogEntryHead line={line} />
          </span>{' '}
          <LogText text={line.text.slice(0, 300)} entry={line} />
        </li>
      ))}
    </ul>
  );
};
