import { useTranslation } from 'react-i18next';
import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import { call } from '../../bridge.ts';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { problemText } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';

/** The festival's own files: where they lie, which are in use, and which were refused, with line and reason. */
export const OwnRunbooks = ({ list }: { list: RunbookList }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const own = list.runbooks.filter(({ file }) => file !== null);
  return (
    <section className="panel stack" aria-labelledby="runbooks-own">
      <h2 id="runbooks-own">{t('runbooks.own')}</h2>
      <p>
        {t('runbooks.ownText')} <span className="mono">{list.folder}</span>
      </p>
      {list.problems.length > 0 && (
        <div role="alert" className="runbooks-problems stack">
          <strong>{t('runbooks.refused')}</strong>
          <ul>
            {list.problems.map(({ file, line, reason, problem }) => (
              <li key={`${file} ${line} ${reason}`}>
                <span className="mono">{line === null ? file : t('runbooks.fileLine', { file, line })}</span>:{' '}
                {problem === null
                  ? reason
                  : [problem.where, problemText(problem)].filter((part) => part !== '').join(': ')}
              </li>
            ))}
          </ul>
        </div>
      )}
      {own.length === 0 && list.problems.length === 0 && <p className="quiet">{t('runbooks.noOwn')}</p>}
      <ul hidden={own.length === 0}>
        {own.map(({ runbook, file, overrides }) => (
          <li key={runbook.id}>
            <span className="mono">{file}</span> · {text(runbook.title)}{' '}
            {overrides && <span className="quiet">{t('runbooks.overrides')}</span>}
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={() => void call('runbooks.reload', {})}>{t('runbooks.reload')}</Button>
      </div>
    </section>
  );
};
