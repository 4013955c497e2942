import { Suspense } from 'react';
import { usePasswordAsked } from '../features/connection/use-password-asked.ts';
import { later } from '../later.ts';
import { useRoute } from '../routes.ts';
import { useSystem } from '../stores/system.ts';
import { answerSignIn, closeDialog, type OpenDialog, useUi } from '../stores/ui.ts';

const ReasonDialog = later(() => import('../features/alert/reason-dialog.tsx').then((module) => module.ReasonDialog));
const BulkDialog = later(() => import('../features/approvals/bulk-dialog.tsx').then((module) => module.BulkDialog));
const CorrectionDialog = later(() =>
  import('../features/correction/correction-dialog.tsx').then((module) => module.CorrectionDialog),
);
const ReceiptDialog = later(() =>
  import('../features/correction/receipt-dialog.tsx').then((module) => module.ReceiptDialog),
);
const UndoDialog = later(() => import('../features/correction/undo-dialog.tsx').then((module) => module.UndoDialog));
const ChangePinDialog = later(() =>
  import('../features/operators/change-pin-dialog.tsx').then((module) => module.ChangePinDialog),
);
const StopDialog = later(() => import('../features/runbook/stop-dialog.tsx').then((module) => module.StopDialog));
const MergeDialog = later(() => import('../features/team/merge-dialog.tsx').then((module) => module.MergeDialog));
const SilenceDialog = later(() => import('../features/team/silence-dialog.tsx').then((module) => module.SilenceDialog));
const ThresholdsDialog = later(() =>
  import('../screens/settings/thresholds-dialog.tsx').then((module) => module.ThresholdsDialog),
);
const PasswordDialog = later(() =>
  import('../features/connection/password-dialog.tsx').then((module) => module.PasswordDialog),
);
const SignIn = later(() => import('../features/operators/sign-in.tsx').then((module) => module.SignIn));
const Palette = later(() => import('./palette.tsx').then((module) => module.Palette));
const Help = later(() => import('./help.tsx').then((module) => module.Help));

/** The one dialog that is open over the screen, and over it the question who is there. */
export const Dialogs = () => {
  const dialog = useUi((ui) => ui.dialog);
  const dialogNumber = useUi((ui) => ui.dialogNumber);
  const requested = useUi((ui) => ui.signInRequest !== null);
  const confirms = useUi((ui) => ui.signInRequest?.confirms ?? null);
  const viewOnly = useUi((ui) => ui.viewOnly);
  // Connecting a festival has its own place for that.
  const connecting = useRoute().screen === 'connect';
  // A console that was locked asks when somebody acts: what is on the screen stays in sight.
  const nobodyYet = useSystem(({ session }) => session?.operator === null && session.locked === null);
  const notOpened = useSystem(({ status }) => status !== null && status.failure !== null);
  const passwordLater = useUi((ui) => ui.passwordLater);
  // Before anybody signs in: without the festival's answer there may be no operator who could.
  const askPassword = usePasswordAsked() && !passwordLater && dialog === null && !requested;
  return (
    // Each waits for itself: what is open stays in sight while the question over it is loaded.
    <>
      <Suspense>
        {dialog !== null && <Opened key={dialogNumber} dialog={dialog} onClose={() => closeDialog(dialog)} />}
      </Suspense>
      <Suspense>
        {askPassword && <PasswordDialog onClose={() => useUi.setState({ passwordLater: true })} />}
        {(requested || (dialog === null && nobodyYet && !viewOnly && !askPassword && !notOpened && !connecting)) && (
          <SignIn confirms={confirms} onClose={answerSignIn} />
        )}
      </Suspense>
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
