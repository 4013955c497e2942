import { useTranslation } from 'react-i18next';
import { WordsDialog } from '../alert/words-dialog.tsx';
import { Dialog } from '../components/dialog.tsx';
import { CorrectionDialog } from '../correction/correction-dialog.tsx';
import { SignIn } from '../people/sign-in.tsx';
import { StopDialog } from '../runbook/stop-dialog.tsx';
import { ThresholdsDialog } from '../settings/thresholds-dialog.tsx';
import { useSystem } from '../stores/system.ts';
import { closeDialog, useUi } from '../stores/ui.ts';
import { MergeDialog } from '../team/merge-dialog.tsx';
import { SilenceDialog } from '../team/silence-dialog.tsx';
import { Palette } from './palette.tsx';

/** The one dialog that is open over the screen. */
export const Dialogs = () => {
  const dialog = useUi((ui) => ui.dialog);
  const session = useSystem((state) => state.session);
  const justLooking = useUi((ui) => ui.justLooking);
  if (dialog === null && session !== null && session.operator === null && !justLooking) {
    return <SignIn onClose={() => useUi.setState({ justLooking: true })} />;
  }
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'note':
    case 'snooze':
    case 'reopen':
    case 'falsePositive':
    case 'resolve':
      return <WordsDialog options={dialog} />;
    case 'correct':
      return <CorrectionDialog options={dialog} />;
    case 'thresholds':
      return <ThresholdsDialog options={dialog} />;
    case 'silence':
      return <SilenceDialog alert={dialog.alert} />;
    case 'merge':
      return dialog.alert === null ? null : <MergeDialog alert={dialog.alert} />;
    case 'stopMonitoring':
      return <StopDialog onDone={dialog.onDone} />;
    case 'palette':
      return <Palette />;
    case 'help':
      return <Help />;
    case 'signIn':
      return <SignIn onClose={closeDialog} />;
  }
};

const KEYS = [
  ['j / k', 'move'],
  ['Enter', 'open'],
  ['a', 'acknowledge'],
  ['r', 'runbook'],
  ['c', 'correct'],
  ['n', 'note'],
  ['f', 'falsePositive'],
  ['/', 'search'],
  ['Ctrl K', 'palette'],
  ['?', 'help'],
] as const;

const Help = () => {
  const { t } = useTranslation();
  return (
    <Dialog title={t('common.helpTitle')} onClose={closeDialog}>
      <dl className="facts">
        {KEYS.map(([key, name]) => (
          <div key={key} className="help-line">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`common.help_${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
};
