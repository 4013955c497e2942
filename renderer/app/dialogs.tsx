import { ReasonDialog } from '../features/alert/reason-dialog.tsx';
import { BulkDialog } from '../features/approvals/bulk-dialog.tsx';
import { PasswordDialog } from '../features/connection/password-dialog.tsx';
import { usePasswordAsked } from '../features/connection/use-password-asked.ts';
import { CorrectionDialog } from '../features/correction/correction-dialog.tsx';
import { ReceiptDialog } from '../features/correction/receipt-dialog.tsx';
import { UndoDialog } from '../features/correction/undo-dialog.tsx';
import { ChangePinDialog } from '../features/operators/change-pin-dialog.tsx';
import { SignIn } from '../features/operators/sign-in.tsx';
import { StopDialog } from '../features/runbook/stop-dialog.tsx';
import { MergeDialog } from '../features/team/merge-dialog.tsx';
import { SilenceDialog } from '../features/team/silence-dialog.tsx';
import { ThresholdsDialog } from '../screens/settings/thresholds-dialog.tsx';
import { useSystem } from '../stores/system.ts';
import { answerSignIn, closeDialog, type OpenDialog, useUi } from '../stores/ui.ts';
import { Help } from './help.tsx';
import { Palette } from './palette.tsx';

/** The one dialog that is open over the screen, and over it the question who is there. */
export const Dialogs = () => {
  const dialog = useUi((ui) => ui.dialog);
  const dialogNumber = useUi((ui) => ui.dialogNumber);
  const requested = useUi((ui) => ui.signInRequest !== null);
  const confirms = useUi((ui) => ui.signInRequest?.confirms ?? null);
  const viewOnly = useUi((ui) => ui.viewOnly);
  // A console that was locked asks when somebody acts: what is on the screen stays in sight.
  const nobodyYet = useSystem(({ session }) => session?.operator === null && session.locked === null);
  const notOpened = useSystem(({ status }) => status !== null && status.failure !== null);
  const passwordLater = useUi((ui) => ui.passwordLater);
  // Before anybody signs in: without the festival's answer there may be no operator who could.
  const askPassword = usePasswordAsked() && !passwordLater && dialog === null && !requested;
  return (
    <>
      {dialog !== null && <Opened key={dialogNumber} dialog={dialog} onClose={() => closeDialog(dialog)} />}
      {askPassword && <PasswordDialog onClose={() => useUi.setState({ passwordLater: true })} />}
      {(requested || (dialog === null && nobodyYet && !viewOnly && !askPassword && !notOpened)) && (
        <SignIn confirms={confirms} onClose={answerSignIn} />
      )}
    </>
  );
};

const Opened = ({ dialog, onClose }: { dialog: OpenDialog; onClose: () => void }) => {
  switch (dialog.kind) {
    case 'note':
    case 'snooze':
    case 'reopen':
    case 'falsePositive':
    case 'resolve':
      return <ReasonDialog options={dialog} onClose={onClose} />;
    case 'correct':
      return <CorrectionDialog options={dialog} onClose={onClose} />;
    case 'receipt':
      return <ReceiptDialog logId={dialog.logId} onClose={onClose} />;
    case 'undo':
      return <UndoDialog logId={dialog.logId} onClose={onClose} />;
    case 'bulk':
      return <BulkDialog options={dialog} onClose={onClose} />;
    case 'thresholds':
      return <ThresholdsDialog options={dialog} onClose={onClose} />;
    case 'silence':
      return <SilenceDialog alert={dialog.alert} onClose={onClose} />;
    case 'merge':
      return <MergeDialog alert={dialog.alert} onClose={onClose} />;
    case 'stopMonitoring':
      return <StopDialog onDone={dialog.onDone} onClose={onClose} />;
    case 'palette':
      return <Palette onClose={onClose} />;
    case 'ownPin':
      return <ChangePinDialog onClose={onClose} />;
    case 'help':
      return <Help onClose={onClose} />;
  }
};
