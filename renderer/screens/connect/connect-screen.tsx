import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SetupDraft } from '../../../shared/contract/setup.ts';
import { EMPTY_CONNECTION, type TypedConnection } from '../../features/connection/connection-fields.tsx';
import { useCall } from '../../query.ts';
import { goTo } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import './connect.css';
import { FestivalStep } from './festival-steps.tsx';
import { LoginStep } from './login-step.tsx';
import { PasswordNote } from './password-note.tsx';
import { StepList } from './step-list.tsx';
import { type FestivalStepName, useFestivalProgress } from './use-progress.ts';
import { WhereStep } from './where-step.tsx';

/**
 * Connects a festival, from its address to its first checklist. What is done is seen from the festival itself: whoever stops
 * in the middle goes on where they were, on this laptop after any end of it.
 */
export const ConnectScreen = () => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  const { data } = useCall('setup.get', {}, { fixed: true });
  // As it was at first: answers are forgotten with the festival that is left on the way.
  const [setup, setSetup] = useState<typeof data>();
  if (setup === undefined && data !== undefined) setSetup(data);
  if (session === null || setup === undefined) return <p className="screen quiet">{t('common.loading')}</p>;
  const { draft, loginName } = setup;
  const saved: TypedConnection | null =
    draft === null ? null : { ...place(draft), port: String(draft.port), user: '', password: '' };
  return <Steps saved={saved} loginName={draft?.login ?? loginName} training={session.festival.training} />;
};

const place = ({ host, database, tls, caFile }: SetupDraft) => ({
  ...{ host, database, tls },
  ...(caFile === undefined ? {} : { caFile }),
});

/** What this laptop does before the festival is on screen, and what is set in the festival after that. */
type Stage = 'where' | 'login' | 'festival';

const Steps = (props: { saved: TypedConnection | null; loginName: string; training: boolean }) => {
  const { t } = useTranslation();
  const { training } = props;
  const [stage, setStage] = useState<Stage>(training ? 'where' : 'festival');
  const [settings, setSettings] = useState<TypedConnection>(props.saved ?? { ...EMPTY_CONNECTION, user: '' });
  /** A password that no keychain has. */
  const [made, setMade] = useState<{ login: string; password: string } | null>(null);
  const progress = useFestivalProgress();
  const [chosen, setChosen] = useState<FestivalStepName | null>(null);
  const name = useSystem((state) => state.session?.festival.name ?? '');
  // A test message follows the contacts: that they are saved is not the end of that step.
  if (stage === 'festival' && chosen === null && progress.next === 'contacts') setChosen('contacts');
  const current = chosen ?? progress.next ?? 'supervisor';
  const goOn = () => setChosen(current === 'contacts' && !progress.done.has('contacts') ? 'checklist' : null);
  return (
    <div className="screen stack connect">
      <div className="row">
        <h1>{t('setup.title')}</h1>
        {stage === 'festival' && <span className="quiet">{t('settings.connectedTo', { name })}</span>}
      </div>
      <StepList
        stage={stage}
        progress={progress}
        current={stage === 'festival' ? current : stage}
        onBack={() => setStage('where')}
        onChoose={setChosen}
      />
      {stage === 'where' && (
        <WhereStep
          settings={settings}
          onChange={setSettings}
          onNext={() => setStage('login')}
          resumes={props.saved !== null}
        />
      )}
      {stage === 'login' && (
        <LoginStep
          settings={settings}
          onChange={setSettings}
          loginName={props.loginName}
          onBack={() => setStage('where')}
          onUsed={(login) => {
            setMade(login);
            setChosen(null);
            setSettings({ ...settings, user: '', password: '' });
            setStage('festival');
          }}
        />
      )}
      {stage === 'festival' && made !== null && <PasswordNote made={made} onDone={() => setMade(null)} />}
      {stage === 'festival' && made === null && (chosen ?? progress.next) !== null && (
        <>
          <FestivalStep step={current} onNext={goOn} />
          <div className="row">
            <Button onClick={() => goTo({ screen: 'board', incidentId: null })}>{t('setup.toBoard')}</Button>
            <span className="quiet">{t('setup.laterHint')}</span>
          </div>
        </>
      )}
    </div>
  );
};
