import { useTranslation } from 'react-i18next';
import type { ChecklistsView } from '../../../shared/contract/checklists.ts';
import { type ChecklistRun, runKey, signatureOf } from '../../../shared/domain/checklist-run.ts';
import { submit } from '../../commands.ts';
import {
  type CurrentList,
  countsOf,
  useChecklists,
  useCurrentLists,
} from '../../features/checklists/use-checklists.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { OwnFiles } from '../../features/own-files/own-files.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatSpan, formatTime, formatWindow } from '../../i18n.ts';
import { goTo, hrefOf } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { ChecklistTimes } from './checklist-times.tsx';
import './checklists.css';

/** The lists: what is due, all of them, and the runs that were signed. */
export const ChecklistsScreen = () => {
  const { t } = useTranslation();
  const view = useChecklists();
  const lists = useCurrentLists();
  if (view === null) return <p className="screen quiet">{t('common.loading')}</p>;
  const due = lists.filter((list) => list.due);
  const signed = view.runs.filter((run) => signatureOf(run) !== undefined);
  return (
    <div className="screen stack">
      <div className="row">
        <h1>{t('checklists.title')}</h1>
        {view.at && <span className="quiet">{t('checklists.asOf', { time: formatTime(view.at) })}</span>}
      </div>
      <p className="quiet">{t('checklists.text')}</p>
      <section className="panel stack" aria-labelledby="checklists-due">
        <h2 id="checklists-due">{t('checklists.due')}</h2>
        {due.length === 0 && <p className="quiet">{t('checklists.noneDue')}</p>}
        {view.times.firstDay === null && (
          <p>
            {t('checklists.noDays')}{' '}
            <Button onClick={() => document.getElementById('checklists-times')?.scrollIntoView()}>
              {t('checklists.setDays')}
            </Button>
          </p>
        )}
        <ul className="checklists-grid" hidden={due.length === 0}>
          {due.map((list) => (
            <ListCard key={list.checklist.id} list={list} view={view} />
          ))}
        </ul>
      </section>
      <section className="panel stack" aria-labelledby="checklists-all">
        <h2 id="checklists-all">{t('checklists.lists')}</h2>
        <ul className="checklists-grid">
          {lists
            .filter((list) => !list.due)
            .map((list) => (
              <ListCard key={list.checklist.id} list={list} view={view} />
            ))}
        </ul>
      </section>
      <section className="panel stack" aria-labelledby="checklists-past">
        <h2 id="checklists-past">{t('checklists.past')}</h2>
        {signed.length === 0 && <p className="quiet">{t('checklists.nonePast')}</p>}
        <ul className="stack" hidden={signed.length === 0}>
          {signed.map((run) => (
            <li key={runKey(run)}>
              <SignedRun run={run} />
            </li>
          ))}
        </ul>
      </section>
      <ChecklistTimes key={view.times.version} times={view.times} />
      <OwnFiles kind="checklists" folder={view.folder} problems={view.problems} />
    </div>
  );
};

const ListCard = ({ list, view }: { list: CurrentList; view: ChecklistsView }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const { checklist, file, window, run, signed, lateMs } = list;
  const title = text(checklist.title);
  const at = { listId: checklist.id, windowKey: window.key };
  const start = async () => {
    const outcome = await submit('checklist.start', { list: checklist, windowKey: window.key }, { done: null });
    if (outcome !== null) goTo({ screen: 'checklists', run: at });
  };
  return (
    <li className="checklists-card stack">
      <strong>{title}</strong>
      <span className="quiet checklists-window">
        {formatWindow(window.key)}
        {file !== null && <span className="mono"> · {file}</span>}
      </span>
      {!signed && window.dueAt !== null && (
        <span className={lateMs > 0 ? 'clock-late' : 'quiet'}>
          {lateMs > 0
            ? t('checklists.overdue', { age: formatSpan(lateMs) })
            : t('checklists.dueAt', { time: formatTime(window.dueAt) })}
        </span>
      )}
      {run === undefined ? (
        <div>
          <CommandButton
            needs="checklist.start"
            aria-label={t('checklists.startNamed', { title })}
            onClick={() => void start()}
          >
            {t('checklists.start')}
          </CommandButton>
        </div>
      ) : signed ? (
        <SignedRun run={run} />
      ) : (
        <span>
          <a href={hrefOf({ screen: 'checklists', run: at })}>{t('checklists.resume')}</a>{' '}
          <span className="quiet">{t('checklists.progress', countsOf(run, view))}</span>
        </span>
      )}
    </li>
  );
};

const SignedRun = ({ run }: { run: ChecklistRun }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const signature = signatureOf(run);
  return (
    <>
      <a href={hrefOf({ screen: 'checklists', run })}>
        {run.list === null ? run.listId : text(run.list.title)} · {formatWindow(run.windowKey)}
      </a>{' '}
      {signature && (
        <span className="quiet">
          {t('checklists.signedBy', { name: signature.actor, time: formatTime(signature.at) })}
        </span>
      )}
    </>
  );
};
