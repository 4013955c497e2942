import { useTranslation } from 'react-i18next';
import { submit } from '../../commands.ts';
import { useChecklists, useCurrentLists } from '../../features/checklists/use-checklists.ts';
import { EscalationPanel } from '../../features/escalation/escalation-panel.tsx';
import { FestivalPanel } from '../../features/festival/festival-panel.tsx';
import { EnrolLaptop } from '../../features/laptops/enrol-laptop.tsx';
import { useLaptops } from '../../features/laptops/use-laptops.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { FirstSupervisor } from '../../features/operators/first-supervisor.tsx';
import { PinSignIn } from '../../features/operators/pin-sign-in.tsx';
import { signInStepOf } from '../../features/operators/sign-in-step.ts';
import { useOperators } from '../../features/operators/use-operators.ts';
import { goTo, hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import type { FestivalStepName } from './use-progress.ts';

/** A step in the festival that is on screen. */
export const FestivalStep = ({ step, onNext }: { step: FestivalStepName; onNext: () => void }) => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  if (session === null) return null;
  switch (step) {
    case 'supervisor':
      return <SupervisorStep operator={session.operator} onDone={onNext} />;
    case 'festival':
      return <FestivalPanel session={session} part="festival" suggests />;
    case 'contacts':
      return (
        <>
          <p>{t('setup.contactsText')}</p>
          <EscalationPanel />
          <div>
            <Button onClick={onNext}>{t('setup.next')}</Button>
          </div>
        </>
      );
    case 'checklist':
      return <ChecklistStep />;
  }
};

/** Who is at this laptop: the festival's first supervisor, or somebody who is known there already. */
const SupervisorStep = ({ operator, onDone }: { operator: string | null; onDone: () => void }) => {
  const { t } = useTranslation();
  const operators = useOperators();
  const laptop = useLaptops();
  const reason = useSystem((state) => state.status?.link.reason ?? null);
  const step = signInStepOf(operators, laptop);
  const active = operators?.filter((one) => one.active) ?? [];
  return (
    <section className="panel stack connect-narrow" aria-labelledby="connect-supervisor">
      <h2 id="connect-supervisor">{t('setup.step_supervisor')}</h2>
      {operator !== null ? (
        <p>{t('setup.signedIn', { name: operator })}</p>
      ) : step === undefined || step === 'never' ? (
        <p role="status">{reason === null ? t('setup.waiting') : t(`doctor.${reason}`)}</p>
      ) : step === 'first' ? (
        <FirstSupervisor onDone={onDone} />
      ) : step === 'enrol' ? (
        <EnrolLaptop ended={laptop?.state === 'ended'} />
      ) : (
        <PinSignIn operators={active} onDone={onDone} />
      )}
    </section>
  );
};

/** The festival's start, item by item; a message that its receiver confirms is one of them. */
const ChecklistStep = () => {
  const { t } = useTranslation();
  const run = useChecklists()?.runs.find(({ listId }) => listId === 'festival-start');
  const list = useCurrentLists().find(({ checklist }) => checklist.id === 'festival-start');
  const start = async () => {
    if (list === undefined) return;
    const { checklist, window } = list;
    const outcome = await submit('checklist.start', { list: checklist, windowKey: window.key }, { done: null });
    if (outcome !== null) goTo({ screen: 'checklists', run: { listId: checklist.id, windowKey: window.key } });
  };
  return (
    <section className="panel stack" aria-labelledby="connect-checklist">
      <h2 id="connect-checklist">{t('setup.step_checklist')}</h2>
      <p>{t('setup.checklistText')}</p>
      <div className="row">
        {run === undefined ? (
          <CommandButton
            needs="checklist.start"
            tone="primary"
            disabled={list === undefined}
            onClick={() => void start()}
          >
            {t('setup.checklistStart')}
          </CommandButton>
        ) : (
          <a href={hrefOf({ screen: 'checklists', run })}>{t('setup.checklistResume')}</a>
        )}
      </div>
    </section>
  );
};
