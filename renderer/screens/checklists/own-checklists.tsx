import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import { call } from '../../bridge.ts';
import { problemText } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';

/** The festival's own files: where they lie, and which were refused, with line and reason. */
export const OwnChecklists = ({ view }: { view: ChecklistsView }) => {
  const { t } = useTranslation();
  return (
    <section className="panel stack" aria-labelledby="checklists-own">
      <h2 id="checklists-own">{t('checklists.own')}</h2>
      <p>
        {t('checklists.ownText')} <span className="mono">{view.folder}</span>
      </p>
      {view.problems.length > 0 && (
        <div role="alert" className="checklists-problems stack">
          <strong>{t('checklists.refused')}</strong>
          <ul>
            {view.problems.map(({ file, line, reason, problem }) => (
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
      <div>
        <Button onClick={() => void call('checklists.reload', {})}>{t('checklists.reload')}</Button>
      </div>
    </section>
  );
};
