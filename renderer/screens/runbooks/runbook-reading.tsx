import { useTranslation } from 'react-i18next';
import type { Runbook, RunbookStep } from '../../../shared/domain/runbook.ts';
import { type RunbookText, useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { hrefOf } from '../../routes.ts';
import { detectorName } from '../../sentence.ts';
import { sourceText } from './source-text.ts';
import { useRunbooks } from './use-runbooks.ts';
import '../../features/runbook/runbook.css';
import './runbooks.css';

/** A runbook to read beforehand: every step with its words, queries and ways. */
export const RunbookReading = ({ runbookId }: { runbookId: string }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const list = useRunbooks();
  const entry = list?.runbooks.find(({ runbook }) => runbook.id === runbookId);
  if (list === null) return <p className="screen quiet">{t('common.loading')}</p>;
  return (
    <div className="screen stack">
      <p>
        <a href={hrefOf({ screen: 'runbooks', runId: null })}>{t('runbooks.back')}</a>
      </p>
      {entry === undefined ? (
        <p>{t('errors.runbook_unknown')}</p>
      ) : (
        <>
          <h1>{text(entry.runbook.title)}</h1>
          <p className="quiet">
            {entry.file ?? sourceText(entry.runbook)}
            {entry.runbook.algorithms.length > 0 &&
              ` · ${t('runbooks.answers', { detectors: entry.runbook.algorithms.map(detectorName).join(', ') })}`}
          </p>
          <ol className="stack">
            {entry.runbook.steps.map((step) => (
              <li key={step.id} className="panel stack">
                <ReadStep step={step} runbook={entry.runbook} text={text} />
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
};

const ReadStep = ({ step, runbook, text }: { step: RunbookStep; runbook: Runbook; text: RunbookText }) => {
  const { t } = useTranslation();
  const [from, to] = step.window;
  const titleOf = (id: string): string => {
    const target = runbook.steps.find((one) => one.id === id);
    return target === undefined ? t('runbooks.theEnd') : text(target.title);
  };
  return (
    <>
      <h2>
        {text(step.title)} <span className="quiet step-window">{t('runbook.window', { from, to })}</span>
      </h2>
      <p>{text(step.text)}</p>
      {step.kind === 'query' && <pre className="runbook-sql mono">{step.sql}</pre>}
      {step.kind === 'decision' && (
        <ul>
          {step.choices.map((choice) => (
            <li key={choice.id}>
              <strong>{text(choice.label)}</strong> → {titleOf(choice.next)}
            </li>
          ))}
        </ul>
      )}
      {step.kind === 'checklist' && (
        <ul>
          {step.items.map((item) => (
            <li key={item.id}>☐ {text(item.label)}</li>
          ))}
        </ul>
      )}
      {(step.kind === 'notify' || step.kind === 'escalate') && <p className="runbook-message">{text(step.message)}</p>}
      {step.kind !== 'decision' && step.next !== undefined && <p className="quiet">→ {titleOf(step.next)}</p>}
    </>
  );
};
