import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import type { ChecklistItem } from '../../../shared/domain/checklist.ts';
import {
  type ChecklistEntry,
  type ChecklistRun,
  channelOf,
  type ItemProgress,
  type Sensed,
} from '../../../shared/domain/checklist-run.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatTime } from '../../i18n.ts';
import { Badge } from '../../ui/badge.tsx';
import { AnswerForm } from './answer-form.tsx';
import { expectedText, valueText, writtenOf } from './evidence-text.ts';
import { MessageTests } from './message-tests.tsx';
import { OverrideDialog } from './override-dialog.tsx';

/** An item with what is known of it, and what can be done with it. */
export const ChecklistItemLine = (props: {
  run: ChecklistRun;
  progress: ItemProgress;
  view: Pick<ChecklistsView, 'values' | 'tests'>;
  /** Nobody has signed the run. */
  open: boolean;
}) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const { run, progress, view, open } = props;
  const { values } = view;
  const { item, done, leftOut, confirmed, overridden, turned } = progress;
  const [overriding, setOverriding] = useState(false);
  const { listId, windowKey } = run;
  const at = { listId, windowKey, itemId: item.id };
  return (
    <li className="checklist-item stack" aria-label={text(item.title)}>
      <div className="row">
        <span aria-hidden="true">{done ? '✓' : leftOut ? '–' : '○'}</span>
        <strong>{text(item.title)}</strong>
        {item.kind !== 'sensed' ? (
          <span className="quiet">{t(`checklists.kind_${item.kind}`)}</span>
        ) : (
          (done || !leftOut) && <Measured state={progress.state ?? 'none'} />
        )}
        {turned && <span className="clock-late">{t('checklists.turned')}</span>}
      </div>
      <p className="quiet">{text(item.text)}</p>
      {leftOut && !done && <p className="quiet">{t('checklists.leftOut')}</p>}
      <Evidence item={item} run={run} values={values} open={open} />
      {confirmed.map((entry) => (
        <Confirmed key={entry.entryId} entry={entry} item={item} />
      ))}
      {overridden !== null && (
        <span className="clock-late">
          {t('checklists.overridden', {
            ...{ name: overridden.actor, time: formatTime(overridden.at), reason: overridden.reason ?? '' },
          })}
        </span>
      )}
      {open && item.kind === 'received' && !done && (
        <div className="checklist-actions">
          <MessageTests at={at} progress={progress} view={view} />
        </div>
      )}
      {open && (
        <div className="row checklist-actions">
          {(item.kind === 'attested' || item.kind === 'two_person') && !done && (
            <CommandButton needs="checklist.tick" onClick={() => void submit('checklist.tick', at, { done: null })}>
              {t(confirmed.length > 0 ? 'checklists.tickSecond' : 'checklists.tick')}
            </CommandButton>
          )}
          {item.kind === 'answered' && !done && <AnswerForm item={item} at={at} />}
          {!done && !leftOut && (
            <CommandButton needs="checklist.override" tone="quiet" onClick={() => setOverriding(true)}>
              {t('checklists.override')}
            </CommandButton>
          )}
        </div>
      )}
      {overriding && <OverrideDialog at={at} title={text(item.title)} onClose={() => setOverriding(false)} />}
    </li>
  );
};

/** What keeps a list from being signed stands out among what is as it should be. */
const Measured = ({ state }: { state: 'good' | 'bad' | 'old' | 'unknown' | 'none' }) => {
  const { t } = useTranslation();
  const words = t(`checklists.state_${state}`);
  if (state === 'good') return <span className="quiet">{words}</span>;
  return <Badge tone={state === 'bad' ? 'red' : 'amber'}>{words}</Badge>;
};

const Confirmed = ({ entry, item }: { entry: ChecklistEntry; item: ChecklistItem }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const { answer, actor, at } = entry;
  const choice =
    item.kind === 'answered' && item.answer.type === 'choice'
      ? item.answer.choices.find(({ id }) => id === answer)
      : undefined;
  const stamp = { name: actor, time: formatTime(at) };
  const channel = channelOf(entry);
  if (channel !== null) {
    const { name, contact } = entry.evidence;
    const received = { channel: t(`escalation.channel_${channel}`), contact: String(name ?? contact), ...stamp };
    return <span>{t('checklists.testDone', received)}</span>;
  }
  return (
    <span>
      {answer === null
        ? t('checklists.confirmed', stamp)
        : t('checklists.answeredBy', {
            answer: choice === undefined ? String(answer) : text(choice.label),
            ...stamp,
          })}{' '}
      {entry.seq === null && <span className="waiting-mark">{t('board.waiting')}</span>}
    </span>
  );
};

/** What Regie measured: now while the run goes on, and what was written down afterwards. */
const Evidence = (props: { item: ChecklistItem; run: ChecklistRun; values: readonly Sensed[]; open: boolean }) => {
  const { t } = useTranslation();
  const { item, run, values, open } = props;
  const written = run.entries.filter(({ itemId, act }) => itemId === item.id && act !== 'overridden').at(-1)?.evidence;
  const shown = (item.kind === 'sensed' ? [item.sense] : item.figures).map((sense) => ({
    sense,
    now: open ? values.find((value) => value.sense === sense) : writtenOf(written, sense),
  }));
  if (shown.length === 0) return null;
  return (
    <dl className="row">
      {shown.map(({ sense, now }) => (
        <div key={sense}>
          <dt className="quiet">{t(`checklists.${sense}`)}</dt>
          <dd title={now?.query ?? undefined}>
            {now === undefined || now.value === null
              ? t('checklists.noValue')
              : t('checklists.valueOf', {
                  value: valueText(sense, now.value),
                  time: formatTime(now.at ?? now.readAt, { seconds: true }),
                })}
          </dd>
        </div>
      ))}
      {item.kind === 'sensed' && (
        <div className="quiet">
          <dt>{t('checklists.expected')}</dt>
          <dd>{expectedText(item.expect, t)}</dd>
        </div>
      )}
    </dl>
  );
};
