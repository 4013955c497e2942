import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notified, RunbookStepRecord, RunbookTick, StepResult } from '../../../shared/domain/run.ts';
import type { RunbookStep } from '../../../shared/domain/runbook.ts';
import { formatTime } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { QueryTable } from './query-table.tsx';
import { resultLines } from './result-lines.ts';
import { StepSql } from './step-sql.tsx';
import { TickLines } from './tick-list.tsx';
import type { RunbookText } from './use-runbook-text.ts';

const isTold = (told: Notified | StepResult): told is Notified => 'people' in told;

/** The record of a step that is done: who, when, the answer, the rows that were seen, who was notified. */
export const StepRecord = (props: {
  step: RunbookStep;
  record: RunbookStepRecord;
  ticks: readonly RunbookTick[];
  text: RunbookText;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { step, record, ticks, text } = props;
  const choice = step.kind === 'decision' ? step.choices.find(({ id }) => id === record.choice) : undefined;
  return (
    <section className="panel stack" aria-label={t('runbook.recordOf', { step: text(step.title) })}>
      <header className="row step-record-head">
        <h2>{text(step.title)}</h2>
        <Button tone="quiet" aria-label={t('common.close')} onClick={props.onClose}>
          ✕
        </Button>
      </header>
      <p className="quiet">{text(step.text)}</p>
      <p>
        {record.state === 'skipped' ? t('runbook.skipped', { reason: record.reason ?? '' }) : t('runbook.done')}{' '}
        <span className="quiet">
          {t('runbook.stamped', { actor: record.actor, time: formatTime(record.at, { seconds: true }) })} ·{' '}
          {record.laptop}
        </span>
      </p>
      {choice !== undefined && <p className="runbook-text">{text(choice.label)}</p>}
      {step.kind === 'checklist' && <TickLines step={step} ticks={ticks} text={text} />}
      {record.told !== null &&
        (isTold(record.told) ? <NotifiedPeople told={record.told} /> : <Result result={record.told} />)}
      {record.evidence !== null && <QueryTable title={text(step.title)} result={record.evidence} />}
      {step.kind === 'query' && <StepSql key={step.id} sql={step.sql} />}
    </section>
  );
};

const NotifiedPeople = ({ told }: { told: Notified }) => {
  const { t } = useTranslation();
  return (
    <>
      <p>{t(told.how === 'sent' ? 'runbook.notifiedByMessage' : 'runbook.notifiedInPerson')}</p>
      <ul>
        {told.people.map(({ contact, name, phone }) => (
          <li key={contact}>
            {name} <span className="mono">{phone}</span>
          </li>
        ))}
      </ul>
      {told.message !== '' && <p className="runbook-message">{told.message}</p>}
    </>
  );
};

const Result = ({ result }: { result: StepResult }) => {
  const { done, lines } = resultLines(result);
  return (
    <>
      {done.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {lines.length > 0 && (
        <dl className="facts">
          {lines.map(({ name, text, as }) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi className={as === 'code' ? 'mono' : undefined}>{text}</bdi>
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
    </>
  );
};
