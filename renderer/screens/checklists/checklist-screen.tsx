import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import { type ChecklistRun, openItems, progressOf, runKey, signatureOf } from '../../../shared/domain/checklist-run.ts';
import { submit } from '../../commands.ts';
import { countsOf, useChecklists } from '../../features/checklists/use-checklists.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { printPaper } from '../../features/paper/paper.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatTime, formatWindow } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { saveFile } from '../../save-file.ts';
import { Button } from '../../ui/button.tsx';
import { ChecklistItemLine } from './checklist-item.tsx';
import { ChecklistPaper } from './checklist-paper.tsx';
import './checklists.css';

/** One run: its items, and the signature over all of them. */
export const ChecklistScreen = ({ at }: { at: { listId: string; windowKey: string } }) => {
  const { t } = useTranslation();
  const view = useChecklists();
  if (view === null) return <p className="screen quiet">{t('common.loading')}</p>;
  const run = view.runs.find((one) => runKey(one) === runKey(at));
  return (
    <div className="screen stack">
      <a href={hrefOf({ screen: 'checklists', run: null })}>{t('checklists.back')}</a>
      {run === undefined ? <p>{t('checklists.notFound')}</p> : <Run run={run} view={view} />}
    </div>
  );
};

const Run = ({ run, view }: { run: ChecklistRun; view: ChecklistsView }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const progress = progressOf(run, view.values);
  const signature = signatureOf(run);
  return (
    <>
      <div className="row">
        <h1>
          {run.list === null ? run.listId : text(run.list.title)} · {formatWindow(run.windowKey)}
        </h1>
        <span className="quiet">{t('checklists.progress', countsOf(run, view))}</span>
        {view.at && <span className="quiet">{t('checklists.asOf', { time: formatTime(view.at) })}</span>}
      </div>
      <p className="quiet">
        {t('checklists.startedBy', { name: run.startedBy, time: formatTime(run.startedAt) })}
        {signature && <> · {t('checklists.signedBy', { name: signature.actor, time: formatTime(signature.at) })}</>}
      </p>
      {run.list === null && <p role="alert">{t('checklists.unreadable')}</p>}
      <ul className="panel" aria-label={t('checklists.title')}>
        {progress.map((item) => (
          <ChecklistItemLine key={item.item.id} run={run} progress={item} view={view} open={signature === undefined} />
        ))}
      </ul>
      {signature === undefined && run.list !== null && <SignOff run={run} left={openItems(progress).length} />}
      {run.hash !== null && (
        <p className="quiet mono checklist-query">
          {t('common.label', { label: t('checklists.hash') })} {run.hash}
        </p>
      )}
      <div className="row checklist-actions">
        <Button onClick={() => printPaper(`checklist-${run.listId}-${run.windowKey}`)}>{t('checklists.print')}</Button>
        <Button onClick={() => save(run)}>{t('checklists.export')}</Button>
      </div>
      <ChecklistPaper run={run} view={view} />
    </>
  );
};

const SignOff = ({ run, left }: { run: ChecklistRun; left: number }) => {
  const { t } = useTranslation();
  const { hash } = run;
  // What waits here is in no hash of the festival's yet.
  const pending = hash === null || run.entries.some(({ seq }) => seq === null);
  return (
    <section className="panel stack checklist-actions">
      <p>{left > 0 ? t('checklists.left', { count: left }) : t('checklists.ready')}</p>
      <p className="quiet">{t(pending ? 'checklists.signOnline' : 'checklists.signText')}</p>
      <div>
        <CommandButton
          needs="checklist.sign"
          tone="primary"
          disabled={left > 0 || pending}
          onClick={() => {
            const { listId, windowKey } = run;
            if (hash !== null) void submit('checklist.sign', { listId, windowKey, hash });
          }}
        >
          {t('checklists.sign')}
        </CommandButton>
      </div>
    </section>
  );
};

/** The run as a file: any program computes its hash from it (docs/checklists.md). */
const save = (run: ChecklistRun): void =>
  saveFile(`checklist-${run.listId}-${run.windowKey}.json`, 'application/json', [JSON.stringify(run, null, 2)]);
