import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallName } from '../../../shared/contract/calls.ts';
import { type Updates, updateAddressProblem } from '../../../shared/domain/update.ts';
import { callSigned } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { useRefusal } from '../../features/operators/use-may.ts';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Progress } from '../../ui/progress.tsx';

type Act = (name: Extract<CallName, `desktop.${string}Update`>) => void;

/** Whether this laptop takes updates, from where, and how far the next one is. Only where Regie is an installed program. */
export const UpdatesPanel = () => {
  const { t } = useTranslation();
  const { data, refetch } = useCall('desktop.get', {});
  const version = useSystem((state) => state.session?.version);
  if (data === undefined || data === null) return null;
  const { updates } = data;
  const act: Act = async (name) => {
    const answer = await callSigned(name, {});
    if (!answer.ok) showToast(errorSentence(answer.error), 'bad');
    await refetch();
  };
  return (
    <section className="panel stack" aria-labelledby="updates">
      <h2 id="updates">{t('updates.title')}</h2>
      <p className="quiet">{t(updates.verifiable ? 'updates.text' : 'updates.noKey')}</p>
      {updates.verifiable && <Where updates={updates} saved={refetch} />}
      <dl className="facts">
        <dt>{t('updates.installed')}</dt>
        <dd>{version}</dd>
        {updates.verifiable && (
          <>
            <dt>{t('updates.state')}</dt>
            <dd>
              <Next updates={updates} act={act} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
};

const Where = ({ updates: { choice, builtIn }, saved }: { updates: Updates; saved: () => Promise<unknown> }) => {
  const { t } = useTranslation();
  const mayNot = useRefusal('desktop.setUpdates');
  const [edited, setEdited] = useState<Updates['choice'] | null>(null);
  const { on, address } = edited ?? choice;
  const typed = address.trim();
  // Switched off, whatever is in the field is kept only where it is an address.
  const problem = typed === '' ? (on && builtIn === null ? 'none' : null) : updateAddressProblem(typed);
  const save = async () => {
    const answer = await callSigned('desktop.setUpdates', { on, address: typed });
    if (answer.ok) setEdited(null);
    else showToast(errorSentence(answer.error), 'bad');
    await saved();
  };
  return (
    <>
      {mayNot !== undefined && <p>{mayNot}</p>}
      <fieldset className="plain-fieldset stack" disabled={mayNot !== undefined}>
        <label className="check">
          <input type="checkbox" checked={on} onChange={({ target }) => setEdited({ on: target.checked, address })} />
          {t('updates.on')}
        </label>
        <Field
          label={t('updates.address')}
          hint={builtIn === null ? t('updates.addressHint') : t('updates.addressBuiltIn', { address: builtIn })}
          error={problem !== null && typed !== '' ? t(`updates.address_${problem}`) : undefined}
          type="url"
          spellCheck={false}
          value={address}
          onChange={({ target }) => setEdited({ on, address: target.value })}
        />
      </fieldset>
      <div className="row">
        <CommandButton
          needs="desktop.setUpdates"
          tone="primary"
          disabled={edited === null || problem !== null}
          onClick={() => void save()}
        >
          {t('common.save')}
        </CommandButton>
        {edited !== null && <Button onClick={() => setEdited(null)}>{t('common.cancel')}</Button>}
      </div>
    </>
  );
};

/** How far the next version is, what it waits for, and what can be done about it. */
const Next = ({ updates, act }: { updates: Updates; act: Act }) => {
  const { t } = useTranslation();
  const { choice, state, openUntil, hoursKnown } = updates;
  if (!choice.on) return t('updates.state_off');
  const look = (
    <CommandButton needs="desktop.lookForUpdate" onClick={() => act('desktop.lookForUpdate')}>
      {t('updates.look')}
    </CommandButton>
  );
  switch (state.state) {
    case 'unknown':
    case 'looking':
      return <p>{t(`updates.state_${state.state}`)}</p>;
    case 'current':
      return (
        <Step words={<p className="state state-good">{t('updates.state_current', { time: formatTime(state.at) })}</p>}>
          {look}
        </Step>
      );
    case 'found': {
      const open = openUntil !== null;
      const why = hoursKnown ? t('updates.found_closed') : t('updates.found_hours');
      return (
        <Step
          words={
            <>
              <p>{t('updates.state_found', { version: state.version })}</p>
              <p>{open ? t('updates.found_open', { time: formatTime(openUntil) }) : why}</p>
            </>
          }
        >
          <CommandButton needs="desktop.downloadUpdate" disabled={open} onClick={() => act('desktop.downloadUpdate')}>
            {t('updates.download')}
          </CommandButton>
        </Step>
      );
    }
    case 'downloading':
      return <Progress done={state.percent} total={100} label={t('updates.state_downloading', state)} />;
    case 'ready':
      return <Ready updates={updates} version={state.version} act={act} />;
    case 'failed':
      return (
        <Step
          words={
            <>
              <p className="state state-bad">
                {t('common.label', { label: formatTime(state.at) })} {t(`updates.failed_${state.reason}`)}
              </p>
              <p className="quiet mono">{state.words}</p>
            </>
          }
        >
          {look}
        </Step>
      );
  }
};

const Ready = ({ updates, version, act }: { updates: Updates; version: string; act: Act }) => {
  const { t } = useTranslation();
  const { refusal, click, openUntil, opensAt, restarts } = updates;
  const because =
    refusal === null
      ? t(`updates.ready_${click ?? 'quit'}`, { time: opensAt === null ? '' : formatTime(opensAt) })
      : t(`updates.ready_${refusal.why}`, {
          count: refusal.count,
          time: openUntil === null ? '' : formatTime(openUntil),
        });
  return (
    <Step
      words={
        <>
          <p className="state state-good">{t('updates.state_ready', { version })}</p>
          <p>{because}</p>
          <p className="quiet">
            {t(restarts ? 'updates.restarts' : 'updates.noRestart')} {t('updates.afterwards')}
          </p>
        </>
      }
    >
      <CommandButton
        needs="desktop.installUpdate"
        tone="primary"
        disabled={refusal !== null}
        onClick={() => act('desktop.installUpdate')}
      >
        {t('updates.install')}
      </CommandButton>
    </Step>
  );
};

const Step = ({ words, children }: { words: ReactNode; children: ReactNode }) => (
  <div className="stack">
    {words}
    <div className="row">{children}</div>
  </div>
);
