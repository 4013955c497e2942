import { useTranslation } from 'react-i18next';
import type { QueryResult } from '../../../shared/domain/run.ts';
import { errorSentence } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { QueryTable } from './query-table.tsx';

/** Runs automatically when it is reached; its result is saved as evidence. */
export const QueryStep = (props: { runId: string; stepId: string; onDone: (evidence: QueryResult) => void }) => {
  const { t } = useTranslation();
  const { runId, stepId } = props;
  const { data, error, isFetching, refetch } = useLive('runbook.runQuery', { runId, stepId }, { fixed: true });
  const result = isFetching || error !== null ? undefined : data;
  return (
    <>
      {isFetching && <p className="quiet">{t('runbook.running')}</p>}
      {!isFetching && error !== null && <p role="alert">{errorSentence(error)}</p>}
      {result !== undefined && <QueryTable result={result} />}
      <div className="row">
        {result !== undefined && (
          <Button tone="primary" large onClick={() => props.onDone(result)}>
            {t('runbook.reviewed')}
          </Button>
        )}
        {!isFetching && <Button onClick={() => void refetch()}>{t('runbook.runAgain')}</Button>}
      </div>
    </>
  );
};
