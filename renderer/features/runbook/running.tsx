import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import type { RunbookRun, RunbookStepRecord } from '../../../shared/domain/run.ts';
import type { Runbook, RunbookStep } from '../../../shared/domain/runbook.ts';
import { runbookProgress } from '../../../shared/domain/runbook-progress.ts';
import { formatTime } from '../../i18n.ts';
import { CurrentStep } from './current-step.tsx';
import { StepRecord } from './step-record.tsx';
import { useRunbookText } from './use-runbook-text.ts';
import './runbook.css';

type Props = {
  runbook: Runbook;
  run: RunbookRun;
  /** The alert that it answers; null where it belongs to the whole festival. */
  detail: AlertDetail | null;
  /** Shown when the last step is done. */
  children: ReactNode;
};

/** A run: its steps on the left with who and when, the current one large. A done step opens with its record. */
export const Running = ({ runbook, run, detail, children }: Props) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const [opened, setOpened] = useState<string | null>(null);
  const progress = runbookProgress(runbook, run.steps);
  const records = new Map(progress.path.map(({ step, record }) => [step.id, record]));
  const current = run.finishedAt === null ? progress.current : null;
  const openedStep = runbook.steps.find(({ id }) => id === opened);
  const openedRecord = records.get(opened ?? '') ?? null;
  return (
    <div className="runbook">
      <nav className="runbook-steps" aria-label={t('runbook.steps')}>
        {/* Without an alert the screen itself has this title. */}
        {detail !== null && <h2>{text(runbook.title)}</h2>}
        <ol className="stack">
          {runbook.steps.map((step) => (
            <StepLine
              key={step.id}
              step={step}
              title={text(step.title)}
              record={records.get(step.id) ?? null}
              current={current?.id === step.id}
              opened={opened === step.id}
              onOpen={() => setOpened(opened === step.id ? null : step.id)}
            />
          ))}
        </ol>
      </nav>
      <div className="stack runbook-work">
        {openedStep !== undefined && openedRecord !== null && (
          <StepRecord
            step={openedStep}
            record={openedRecord}
            ticks={run.ticks}
            text={text}
            onClose={() => setOpened(null)}
          />
        )}
        {current === null ? (
          children
        ) : (
          <CurrentStep key={current.id} detail={detail} run={run} step={current} text={text} />
        )}
      </div>
    </div>
  );
};

const StepLine = (props: {
  step: RunbookStep;
  title: string;
  record: RunbookStepRecord | null;
  current: boolean;
  opened: boolean;
  onOpen: () => void;
}) => {
  const { t } = useTranslation();
  const { step, record } = props;
  const [from, to] = step.window;
  return (
    <li
      className={`step-line ${props.current ? 'step-line-current' : ''} ${record ? 'step-line-done' : ''}`}
      aria-current={props.current ? 'step' : undefined}
    >
      <span className="step-window">{t('runbook.window', { from, to })}</span>
      <span>
        {record === null ? (
          props.title
        ) : (
          <button type="button" className="step-open" aria-expanded={props.opened} onClick={props.onOpen}>
            {props.title}
          </button>
        )}
        {record !== null && (
          <span className="step-stamp">
            {record.state === 'skipped' ? t('runbook.skipped', { reason: record.reason ?? '' }) : '✓'}{' '}
            {record.waiting && <span className="waiting-mark">{t('board.waiting')}</span>}{' '}
            {t('runbook.stamped', { actor: record.actor, time: formatTime(record.at, { seconds: true }) })}
          </span>
        )}
      </span>
    </li>
  );
};
