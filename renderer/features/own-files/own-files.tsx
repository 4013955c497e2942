import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileProblem } from '../../../shared/domain/input-problem.ts';
import { call } from '../../bridge.ts';
import { problemText } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import './own-files.css';

/** The festival's own files of one kind: where they lie, and which were refused, with line and reason. */
export const OwnFiles = (props: {
  /** Names the texts and the call that reads the files again. */
  kind: 'runbooks' | 'checklists';
  folder: string;
  problems: readonly FileProblem[];
  /** Which are in use. */
  children?: ReactNode;
}) => {
  const { t } = useTranslation();
  const { kind, folder, problems, children } = props;
  return (
    <section className="panel stack" aria-labelledby={`${kind}-own`}>
      <h2 id={`${kind}-own`}>{t(`${kind}.own`)}</h2>
      <p>
        {t(`${kind}.ownText`)} <span className="mono">{folder}</span>
      </p>
      {problems.length > 0 && (
        <div role="alert" className="file-problems stack">
          <strong>{t(`${kind}.refused`)}</strong>
          <ul>
            {problems.map(({ file, line, reason, problem }) => (
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
      {children}
      <div>
        <Button onClick={() => void call(`${kind}.reload`, {})}>{t(`${kind}.reload`)}</Button>
      </div>
    </section>
  );
};
