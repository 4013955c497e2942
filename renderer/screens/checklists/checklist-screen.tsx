import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import {
  type ChecklistRun,
  type ItemProgress,
  openItems,
  runKey,
  signatureOf,
} from '../../../shared/domain/checklist-run.ts';
import { submit } from '../../commands.ts';
import { countsOf, useChecklists, useProgress } from '../../features/checklists/use-checklists.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { printPaper } from '../../features/paper/paper.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatTime, formatWindow } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { saveFile } from '../../save-file.ts';
import { Button } from '../../ui/button.tsx';
import { ChecklistItemLine, itemElementId } from './checklist-item.tsx';
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
  const progress = useProgress(run, view);
  const signature = signatureOf(run);
  const [next] = signature === undefined ? openItems(progress) : [];
  return (
    <>
      <div className="row">
        <h1>
          {run.list === null ? run.listId : text(run.list.title)} · {formatWindow(run.windowKey)}
        </h1>
        <span className="quiet">{t('checklists.progress', countsOf(run, view))}</span>
        {next !== undefined && <Button onClick={() => showItem(next.item.id)}>{t('checklists.nextOpen')}</Button>}
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
      {signature === undefined && run.list !== null && <SignOff run={run} progress={progress} />}
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

const SignOff = ({ run, progress }: { run: ChecklistRun; progress: readonly ItemProgress[] }) => {
  const { t } = useTranslation();
  const left = openItems(progress);
  const passed = progress.filter(({ overridden }) => overridden !== null);
  const { hash } = run;
  // What waits here is in no hash of the festival's yet.
  const pending = hash === null || run.entries.some(({ seq }) => seq === null);
  return (
    <section className="panel stack checklist-actions">
      {left.length > 0 ? (
        <ItemButtons said={t('checklists.left', { count: left.length })} items={left} />
      ) : (
        <p>{t('checklists.ready')}</p>
      )}
      {passed.length > 0 && <ItemButtons said={t('checklists.passed', { count: passed.length })} items={passed} />}
      <p className="quiet">{t(pending ? 'checklists.signOnline' : 'checklists.signText')}</p>
      <div>
        <CommandButton
          needs="checklist.sign"
          tone="primary"
          disabled={left.length > 0 || pending}
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

const ItemButtons = ({ said, items }: { said: string; items: readonly ItemProgress[] }) => {
  const text = useRunbookText();
  return (
    <>
      <p>{said}</p>
      <ul className="row checklist-open">
        {items.map(({ item }) => (
          <li key={item.id}>
            <Button onClick={() => showItem(item.id)}>{text(item.title)}</Button>
          </li>
        ))}
      </ul>
    </>
  );
};

/** Of twenty items the open ones are looked for: each is brought into sight, and what can be done with it is next. */
const showItem = (itemId: string): void => {
  const item = document.getElementById(itemElementId(itemId));
  item?.scrollIntoView({ block: 'center' });
  item?.focus();
};

/** The run as a file: any program computes its hash from it (docs/checklists.md). */
const save = (run: ChecklistRun): void =>
  saveFile(`checklist-${run.listId}-${run.windowKey}.json`, 'application/json', [JSON.stringify(run, null, 2)]);
