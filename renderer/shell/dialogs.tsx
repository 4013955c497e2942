import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { WordsDialog } from '../alert/words-dialog.tsx';
import { call } from '../bridge.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { CorrectionDialog } from '../correction/correction-dialog.tsx';
import { errorSentence } from '../i18n.ts';
import { ThresholdsDialog } from '../settings/thresholds-dialog.tsx';
import { useSystem } from '../stores/system.ts';
import { closeDialog, showToast, useUi } from '../stores/ui.ts';
import { Palette } from './palette.tsx';

/** The one dialog that is open over the screen. */
export const Dialogs = () => {
  const dialog = useUi((ui) => ui.dialog);
  const session = useSystem((state) => state.session);
  if (session !== null && session.operator === null) return <SignIn />;
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
    case 'palette':
      return <Palette />;
    case 'help':
      return <Help />;
    case 'signIn':
      return <SignIn onClose={closeDialog} />;
  }
};

/** Asked once; afterwards only to change it. */
const SignIn = ({ onClose }: { onClose?: () => void }) => {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const begin = async () => {
    const answer = await call('session.signIn', { operator: name });
    if (answer.ok) onClose?.();
    else showToast(errorSentence(answer.error), 'bad');
  };
  return (
    <Dialog title={t('common.signInTitle')} {...(onClose === undefined ? {} : { onClose })}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') void begin();
        }}
      >
        <p className="quiet">{t('common.signInText')}</p>
        <Field
          label={t('common.operator')}
          value={name}
          maxLength={60}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" tone="primary" large disabled={name.trim() === ''}>
          {t('common.signIn')}
        </Button>
      </form>
    </Dialog>
  );
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
