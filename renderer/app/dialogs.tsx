import { useTranslation } from 'react-i18next';
import { WordsDialog } from '../features/alert/words-dialog.tsx';
import { BulkDialog } from '../features/approvals/bulk-dialog.tsx';
import { PasswordDialog } from '../features/connection/password-dialog.tsx';
import { usePasswordAsked } from '../features/connection/use-password-asked.ts';
import { CorrectionDialog } from '../features/correction/correction-dialog.tsx';
import { ReceiptDialog } from '../features/correction/receipt-dialog.tsx';
import { UndoDialog } from '../features/correction/undo-dialog.tsx';
import { SignIn } from '../features/operators/sign-in.tsx';
import { MergeDialog } from '../features/team/merge-dialog.tsx';
import { SilenceDialog } from '../features/team/silence-dialog.tsx';
import { StopDialog } from '../screens/runbook/stop-dialog.tsx';
import { ThresholdsDialog } from '../screens/settings/thresholds-dialog.tsx';
import { useSystem } from '../stores/system.ts';
import { answerSignIn, closeDialog, type OpenDialog, useUi } from '../stores/ui.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Palette } from './palette.tsx';

/** The one dialog that is open over the screen, and over it the question who is there. */
export const Dialogs = () => {
  const dialog = useUi((ui) => ui.dialog);
  const asked = useUi((ui) => ui.asked !== null);
  const justLooking = useUi((ui) => ui.justLooking);
  // A console that was locked asks when somebody acts: what is on the screen stays in sight.
  const nobodyYet = useSystem(({ session }) => session?.operator === null && session.locked === null);
  const notOpened = useSystem(({ status }) => status !== null && status.failure !== null);
  const passwordLater = useUi((ui) => ui.passwordLater);
  // Before anybody signs in: without the festival's answer there may be nobody who could.
  const askPassword = usePasswordAsked() && !passwordLater && dialog === null && !asked;
  return (
    <>
      <Opened dialog={dialog} />
      {askPassword && <PasswordDialog onClose={() => useUi.setState({ passwordLater: true })} />}
      {(asked || (dialog === null && nobodyYet && !justLooking && !askPassword && !notOpened)) && (
        <SignIn onClose={answerSignIn} />
      )}
    </>
  );
};

const Opened = ({ dialog }: { dialog: OpenDialog | null }) => {
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
    case 'receipt':
      return <ReceiptDialog key={dialog.logId} logId={dialog.logId} />;
    case 'undo':
      return <UndoDialog key={dialog.logId} logId={dialog.logId} />;
    case 'bulk':
      return <BulkDialog options={dialog} />;
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
  ['Ctrl L', 'lock'],
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
