import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunbookRun, RunbookTick } from '../../../shared/domain/run.ts';
import type { RunbookStep } from '../../../shared/domain/runbook.ts';
import { submit } from '../../commands.ts';
import { formatTime } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import type { RunbookText } from './use-runbook-text.ts';

type Checklist = Extract<RunbookStep, { kind: 'checklist' }>;

/** The items of a checklist with who signed each; `onTick` where one may be ticked. */
export const TickLines = (props: {
  step: Checklist;
  ticks: readonly RunbookTick[];
  text: RunbookText;
  /** Items that have just been ticked here and are on their way. */
  ticking?: ReadonlySet<string>;
  onTick?: (itemId: string) => void;
}) => {
  const { t } = useTranslation();
  const { step, ticks, text, onTick } = props;
  return (
    <ul className="stack ticks">
      {step.items.map((item) => {
        const tick = ticks.find(({ stepId, itemId }) => stepId === step.id && itemId === item.id);
        const ticked = tick !== undefined || props.ticking?.has(item.id) === true;
        return (
          <li key={item.id}>
            <label className="tick">
              <input
                type="checkbox"
                checked={ticked}
                disabled={ticked || onTick === undefined}
                onChange={() => onTick?.(item.id)}
              />
              <span>{text(item.label)}</span>
            </label>
            <span className="tick-stamp">
              {tick?.waiting && <span className="waiting-mark">{t('board.waiting')}</span>}{' '}
              {tick && t('runbook.stamped', { actor: tick.actor, time: formatTime(tick.at, { seconds: true }) })}
            </span>
          </li>
        );
      })}
    </ul>
  );
};

/** Each item is ticked and signed by whoever did it; then the step is done. */
export const TickList = ({
  step,
  run,
  text,
  onDone,
}: {
  step: Checklist;
  run: RunbookRun;
  text: RunbookText;
  onDone: () => void;
}) => {
  const { t } = useTranslation();
  const [ticking, setTicking] = useState<ReadonlySet<string>>(new Set());
  const tick = async (itemId: string) => {
    setTicking((before) => new Set([...before, itemId]));
    const outcome = await submit('runbook.tick', { runId: run.runId, stepId: step.id, itemId }, { done: null });
    if (outcome === null) setTicking((before) => new Set([...before].filter((one) => one !== itemId)));
  };
  const open = step.items.filter(({ id }) => !run.ticks.some((tick) => tick.stepId === step.id && tick.itemId === id));
  return (
    <>
      <TickLines step={step} ticks={run.ticks} text={text} ticking={ticking} onTick={(itemId) => void tick(itemId)} />
      <div className="row">
        <Button tone="primary" large disabled={open.length > 0} onClick={onDone}>
          {t('runbook.next')}
        </Button>
        {open.length > 0 && <span className="quiet">{t('runbook.itemsLeft', { count: open.length })}</span>}
      </div>
    </>
  );
};
