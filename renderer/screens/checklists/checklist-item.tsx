import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import type { ChecklistItem } from '../../../shared/domain/checklist.ts';
import {
  type ChecklistEntry,
  type ChecklistRun,
  channelOf,
  type ItemProgress,
  notCounted,
  type Sensed,
  standingAnswers,
  writtenEvidence,
} from '../../../shared/domain/checklist-run.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatTime } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { Badge } from '../../ui/badge.tsx';
import { AnswerForm } from './answer-form.tsx';
import { answerText, expectedText, valueText, writtenOf } from './evidence-text.ts';
import { MessageTests } from './message-tests.tsx';
import { OverrideDialog } from './override-dialog.tsx';
import { doorName, doorsOf } from './sense-door.ts';

type ItemAt = { readonly listId: string; readonly windowKey: string; readonly itemId: string };

/** By what an item is found on the page. */
export const itemElementId = (itemId: string): string => `checklist-item-${itemId}`;

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
  // Where the button was that made it: the next item does not move away from under the pointer.
  const inRow = open && item.kind !== 'answered' && item.kind !== 'received';
  const stamps = <Stamps item={item} confirmed={confirmed} overridden={overridden} />;
  return (
    <li id={itemElementId(item.id)} tabIndex={-1} className="checklist-item stack" aria-label={text(item.title)}>
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
      {item.kind === 'answered' ? <div className="row checklist-answers">{stamps}</div> : !inRow && stamps}
      {open && item.kind === 'received' && !done && (
        <div className="checklist-actions">
          <MessageTests at={at} progress={progress} view={view} />
        </div>
      )}
      {open && (
        <div className="row checklist-actions">
          {inRow && stamps}
          {!done && !leftOut && <Doors item={item} />}
          {(item.kind === 'attested' || item.kind === 'two_person') && !done && <TickButton {...{ at, progress }} />}
          {item.kind === 'answered' && (!done || confirmed.length > 0) && (
            <AnswerForm item={item} at={at} answers={confirmed} />
          )}
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

/** Who confirmed an item, or answered it, and who let it pass. */
const Stamps = ({ item, confirmed, overridden }: Pick<ItemProgress, 'item' | 'confirmed' | 'overridden'>) => {
  const { t } = useTranslation();
  const standing = item.kind === 'answered' ? standingAnswers(confirmed) : confirmed;
  const corrected = confirmed.filter((entry) => !standing.includes(entry));
  return (
    <>
      {standing.map((entry) => (
        <Confirmed key={entry.entryId} entry={entry} item={item} />
      ))}
      {corrected.length > 0 && (
        <span className="quiet">
          {t('common.label', { label: t('checklists.corrected') })}{' '}
          {corrected.map((entry, index) => (
            <Fragment key={entry.entryId}>
              {index > 0 && ' · '}
              <Confirmed entry={entry} item={item} />
            </Fragment>
          ))}
        </span>
      )}
      {overridden !== null && (
        <span className="clock-late">
          {t('checklists.overridden', {
            ...{ name: overridden.actor, time: formatTime(overridden.at), reason: overridden.reason ?? '' },
          })}
        </span>
      )}
    </>
  );
};

/** The ways to where it is put right, or seen whole. */
const Doors = ({ item }: { item: ChecklistItem }) => {
  const { t } = useTranslation();
  return doorsOf(item).map((door) => (
    <a key={hrefOf(door)} href={hrefOf(door)}>
      {t('checklists.goTo', { screen: doorName(t, door) })}
    </a>
  ));
};

/** Whoever has confirmed an item of two signatures doesn't do so again: somebody else is asked for. */
const TickButton = ({ at, progress }: { at: ItemAt; progress: ItemProgress }) => {
  const { t } = useTranslation();
  const { item, confirmed } = progress;
  const me = useSystem((state) => state.session?.operator ?? null);
  const other = notCounted(progress);
  if (other !== undefined) {
    const first = confirmed.find(({ actorId }) => actorId !== other.actorId)?.actor ?? '';
    return <p role="status">{t('checklists.notCounted', { name: other.actor, first })}</p>;
  }
  if (item.kind === 'two_person' && confirmed.some(({ actor }) => actor === me)) {
    return <p className="quiet">{t('checklists.needsOther')}</p>;
  }
  return (
    <CommandButton needs="checklist.tick" onClick={() => void submit('checklist.tick', at, { done: null })}>
      {t(confirmed.length > 0 ? 'checklists.tickSecond' : 'checklists.tick')}
    </CommandButton>
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
            answer: answerText(item, answer, text),
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
  const written = writtenEvidence(run, item.id);
  const shown = (item.kind === 'sensed' ? [item.sense] : item.figures).map((sense) => ({
    sense,
    now: open ? values.find((value) => value.sense === sense) : writtenOf(written, sense),
  }));
  if (shown.length === 0) return null;
  return (
    <dl className="row checklist-figures">
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
