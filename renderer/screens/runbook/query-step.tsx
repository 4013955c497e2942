import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { QueryResult } from '../../../shared/contract/runbooks.ts';
import { call } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { QueryTable } from './query-table.tsx';

/** Runs by itself when it is reached; its result is kept as evidence. */
export const QueryStep = (props: { runId: string; stepId: string; onDone: (evidence: QueryResult) => void }) => {
  const { t } = useTranslation();
  const { runId, stepId } = props;
  const [result, setResult] = useState<QueryResult | RegieError | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the reason to ask again
  useEffect(() => {
    let wanted = true;
    setResult(null);
    void call('runbook.runQuery', { runId, stepId }).then((answer) => {
      if (wanted) setResult(answer.ok ? answer.value : answer.error);
    });
    return () => {
      wanted = false;
    };
  }, [runId, stepId, attempt]);
  return (
    <>
      {result === null && <p className="quiet">{t('runbook.running')}</p>}
      {result !== null && 'code' in result && <p role="alert">{errorSentence(result)}</p>}
      {result !== null && 'columns' in result && <QueryTable result={result} />}
      <div className="row">
        {result !== null && 'columns' in result && (
          <Button tone="primary" large onClick={() => props.onDone(result)}>
            {t('runbook.reviewed')}
          </Button>
        )}
        {result !== null && <Button onClick={() => setAttempt(attempt + 1)}>{t('runbook.runAgain')}</Button>}
      </div>
    </>
  );
};
