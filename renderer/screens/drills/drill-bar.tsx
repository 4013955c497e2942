import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DrillResult, RunningDrill } from '../../../shared/contract/drills.ts';
import { callSigned } from '../../commands.ts';
import { useDrills } from '../../features/drills/use-drills.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence, formatSpan } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { useNow } from '../../ui/time.tsx';
import './drills.css';

/** The running drill with its clock, above every screen; then its score, until it has been seen. */
export const DrillBar = () => {
  const { running, results } = useDrills();
  /** The drill that ran here last, until its score has been seen. */
  const [lastId, setLastId] = useState<string | null>(null);
  if (running !== null && running.drillId !== lastId) setLastId(running.drillId);
  if (running !== null) return <Running key={running.drillId} drill={running} />;
  const ended = results.find(({ drillId }) => drillId === lastId) ?? null;
  return <Ended ended={ended} onSeen={() => setLastId(null)} />;
};

const clockOf = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const end = async (name: 'drill.finish' | 'drill.abandon') => {
  const answer = await callSigned(name, {});
  if (!answer.ok) showToast(errorSentence(answer.error), 'bad');
};

const Running = ({ drill }: { drill: RunningDrill }) => {
  const { t } = useTranslation();
  const now = useNow();
  const [asked, setAsked] = useState(false);
  const { faultAt, times } = drill;
  return (
    <section className="drill-bar" aria-label={t('drills.bar')}>
      <strong className="drill-name">
        {t('drills.bar')}
        {' · '}
        {drill.kind === null ? t('drills.surprise') : t(`training.fault_${drill.kind}`)}
      </strong>
      {faultAt === null ? (
        <span>{t('drills.preparing')}</span>
      ) : (
        <>
          <span className="drill-clock" role="timer" aria-label={t('drills.clock')}>
            {clockOf(now - Date.parse(faultAt))}
          </span>
          <ol className="drill-stages">
            <Stage name="raised" ms={times.raisedMs} />
            <Stage name="acknowledged" ms={times.acknowledgedMs} />
            <Stage name="begun" ms={times.begunMs} />
            {drill.stepsKnown !== null && (
              <li>{t('drills.steps', { done: drill.stepsDone, known: drill.stepsKnown })}</li>
            )}
            {times.correctedMs !== null && <Stage name="corrected" ms={times.correctedMs} />}
            <Stage name="closed" ms={times.closedMs} />
          </ol>
        </>
      )}
      <span className="drill-actions">
        {drill.answer !== null && !asked && <Button onClick={() => setAsked(true)}>{t('drills.ask')}</Button>}
        {drill.incidentId !== null && (
          <a href={hrefOf({ screen: 'runbook', incidentId: drill.incidentId })}>{t('drills.toRunbook')}</a>
        )}
        {drill.canFinish && (
          <CommandButton needs="drill.finish" tone="primary" onClick={() => void end('drill.finish')}>
            {t('drills.finish')}
          </CommandButton>
        )}
        <CommandButton needs="drill.abandon" onClick={() => void end('drill.abandon')}>
          {t('drills.abandon')}
        </CommandButton>
      </span>
      {/* The runbook says to ask the bar: in a drill the bar answers here. */}
      <p className="drill-says" role="status">
        {drill.answer !== null && asked && t(`drills.says_${drill.answer}`)}
      </p>
    </section>
  );
};

const Stage = ({
  name,
  ms,
}: {
  name: 'raised' | 'acknowledged' | 'begun' | 'corrected' | 'closed';
  ms: number | null;
}) => {
  const { t } = useTranslation();
  return (
    <li className={ms === null ? 'drill-ahead' : 'drill-reached'}>
      {t(`drills.stage_${name}`)}
      {ms !== null && ` ${formatSpan(ms)}`}
    </li>
  );
};

const Ended = ({ ended, onSeen }: { ended: DrillResult | null; onSeen: () => void }) => {
  const { t } = useTranslation();
  return (
    <div role="status">
      {ended !== null && (
        <section className="drill-bar" aria-label={t('drills.bar')}>
          <strong>
            {ended.outcome === 'finished'
              ? t('drills.over', { points: ended.points })
              : ended.reason === 'operator'
                ? t('drills.gaveUp')
                : t(`drills.abandoned_${ended.reason}`)}
          </strong>
          <span className="drill-actions">
            {ended.outcome === 'finished' && (
              <a href={hrefOf({ screen: 'drills', drillId: ended.drillId })} onClick={onSeen}>
                {t('drills.why')}
              </a>
            )}
            <Button onClick={onSeen}>{t('common.close')}</Button>
          </span>
        </section>
      )}
    </div>
  );
};
