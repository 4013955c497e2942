import { useTranslation } from 'react-i18next';
import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import { OwnFiles } from '../../features/own-files/own-files.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';

/** The festival's own runbooks: those in use, and what was refused. */
export const OwnRunbooks = ({ list }: { list: RunbookList }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const own = list.runbooks.filter(({ file }) => file !== null);
  return (
    <OwnFiles kind="runbooks" folder={list.folder} problems={list.problems}>
      {own.length === 0 && list.problems.length === 0 && <p className="quiet">{t('runbooks.noOwn')}</p>}
      <ul hidden={own.length === 0}>
        {own.map(({ runbook, file, overrides }) => (
          <li key={runbook.id}>
            <span className="mono">{file}</span> · {text(runbook.title)}{' '}
            {overrides && <span className="quiet">{t('runbooks.overrides')}</span>}
          </li>
        ))}
      </ul>
    </OwnFiles>
  );
};
