import { useTranslation } from 'react-i18next';
import type { QueryResult } from '../../../shared/domain/run.ts';
import { errorSentence } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { QueryTable } from './query-table.tsx';

/** How soon a saved result is asked for again: the one of now may have been a moment too late. */
const AGAIN_MS = 3_000;

/**
 * Runs automatically when it is reached; its result is saved as evidence. Where the festival does not answer in time it shows
 * what was saved, and asks until the answer of now is there: that one stays as it is.
 */
export const QueryStep = (props: {
  runId: string;
  stepId: string;
  title: string;
  onDone: (evidence: QueryResult) => void;
}) => {
  const { t } = useTranslation();
  const { runId, stepId } = props;
  const { data, error, isFetching, refetch } = useLive(
    'runbook.runQuery',
    { runId, stepId },
    { fixed: true, every: (last) => (last?.saved === true ? AGAIN_MS : Number.POSITIVE_INFINITY) },
  );
  const running = isFetching && data?.saved !== true;
  const result = running || error !== null ? undefined : data;
  return (
    <>
      {running && <p className="quiet">{t('runbook.running')}</p>}
      {!running && error !== null && <p role="alert">{errorSentence(error)}</p>}
      {result !== undefined && <QueryTable key={result.at} title={props.title} result={result} saved={result.saved} />}
      <div className="row">
        {result !== undefined && (
          <Button tone="primary" large onClick={() => props.onDone(result)}>
            {t('runbook.reviewed')}
          </Button>
        )}
        {!running && <Button onClick={() => void refetch()}>{t('runbook.runAgain')}</Button>}
      </div>
    </>
  );
};
