import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import {
  type ChecklistEntry,
  type ChecklistRun,
  type ItemProgress,
  progressOf,
  signatureOf,
  standingAnswers,
  writtenEvidence,
} from '../../../shared/domain/checklist-run.ts';
import { roleSchema } from '../../../shared/domain/operator.ts';
import { Paper, paperTime } from '../../features/paper/paper.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatWindow } from '../../i18n.ts';
import { answerText, expectedText, valueText, writtenOf } from './evidence-text.ts';

/** A run on paper: its items with their evidence, who signed what, and the hash that covers all of it. */
export const ChecklistPaper = ({ run, view }: { run: ChecklistRun; view: ChecklistsView }) => {
  const text = useRunbookText();
  const title = run.list === null ? run.listId : text(run.list.title);
  return (
    <Paper title={`${title} · ${formatWindow(run.windowKey)}`}>
      {() => <Contents run={run} view={view} title={title} />}
    </Paper>
  );
};

const Contents = ({ run, view, title }: { run: ChecklistRun; view: ChecklistsView; title: string }) => {
  const { t } = useTranslation();
  const signature = signatureOf(run);
  const stamp = useStamp();
  const signed = run.entries.filter(({ act }) => act !== 'measured');
  return (
    <>
      <h2>{t('paper.run')}</h2>
      <dl className="paper-facts">
        <dt>{t('paper.list')}</dt>
        <dd>{title}</dd>
        <dt>{t('paper.window')}</dt>
        <dd>{formatWindow(run.windowKey)}</dd>
        <dt>{t('paper.started')}</dt>
        <dd>{`${run.startedBy} · ${run.laptop} · ${paperTime(run.startedAt)}`}</dd>
        <dt>{t('paper.signed')}</dt>
        <dd>{signature === undefined ? t('paper.notSigned') : stamp(signature)}</dd>
      </dl>
      <h2>{t('paper.items')}</h2>
      <ol>
        {progressOf(run, view.values).map((progress, index) => (
          <Item key={progress.item.id} progress={progress} run={run} place={index + 1} />
        ))}
      </ol>
      <h2>{t('paper.signatures')}</h2>
      {signed.length === 0 && <p>{t('paper.noSignatures')}</p>}
      <ol>
        {signed.map((entry) => (
          <li key={entry.entryId ?? entry.seq} className="paper-line">
            <ActText entry={entry} run={run} /> {stamp(entry)}
          </li>
        ))}
      </ol>
      <h2>{t('checklists.hash')}</h2>
      <p>{t('paper.evidence', { entries: run.entries.length })}</p>
      <p className="mono paper-query">{run.hash ?? '–'}</p>
      {(run.hash === null || run.entries.some(({ seq }) => seq === null)) && <p>{t('paper.waiting')}</p>}
    </>
  );
};

/** Who did something, in which role, where and when. */
const useStamp = () => {
  const { t } = useTranslation();
  return ({ actor, role, laptop, at }: ChecklistEntry): string =>
    t('paper.by', {
      ...{ name: actor, laptop, time: paperTime(at) },
      role: roleSchema.safeParse(role).success ? t(`people.role_${role}`) : '–',
    });
};

const ActText = ({ entry, run }: { entry: ChecklistEntry; run: ChecklistRun }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const item = run.list?.items.find(({ id }) => id === entry.itemId);
  const named = item === undefined ? (entry.itemId ?? '') : text(item.title);
  const what = entry.act === 'signed' ? t('paper.signed') : named;
  const isCorrected = entry.act === 'answered' && !standingAnswers(run.entries).includes(entry);
  return (
    <>
      <strong>{entry.answer === null ? what : t('common.label', { label: what })}</strong>
      {entry.answer !== null && ` ${answerText(item, entry.answer, text)}`}
      {isCorrected && ` (${t('paper.corrected')})`}
      {entry.reason !== null && ` (${t('common.label', { label: t('checklists.override') })} ${entry.reason})`}
    </>
  );
};

const Item = ({ progress, run, place }: { progress: ItemProgress; run: ChecklistRun; place: number }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const { item, done, leftOut, overridden } = progress;
  const written = writtenEvidence(run, item.id);
  const senses = item.kind === 'sensed' ? [item.sense] : item.figures;
  return (
    <li className="paper-line">
      <p>
        {place}. <strong>{text(item.title)}</strong> ·{' '}
        {t(item.kind === 'sensed' ? `checklists.state_${progress.state ?? 'none'}` : `checklists.kind_${item.kind}`)} ·{' '}
        {t(done ? 'paper.done' : leftOut ? 'paper.leftOut' : 'paper.open')}
        {progress.turned && ` · ${t('checklists.turned')}`}
      </p>
      {senses.map((sense) => {
        const kept = writtenOf(written, sense);
        return (
          <div key={sense}>
            <p>
              {t('common.label', { label: t(`checklists.${sense}`) })}{' '}
              {kept === undefined || kept.value === null
                ? t('checklists.noValue')
                : t('checklists.valueOf', {
                    value: valueText(sense, kept.value),
                    time: paperTime(kept.at ?? kept.readAt),
                  })}
              {item.kind === 'sensed' &&
                ` · ${t('common.label', { label: t('checklists.expected') })} ${expectedText(item.expect, t)}`}
            </p>
            {kept?.query != null && <p className="mono paper-query">{kept.query}</p>}
          </div>
        );
      })}
      {overridden !== null && (
        <p>
          {t('checklists.overridden', {
            ...{ name: overridden.actor, time: paperTime(overridden.at), reason: overridden.reason ?? '' },
          })}
        </p>
      )}
    </li>
  );
};
