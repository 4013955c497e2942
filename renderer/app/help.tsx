import { useTranslation } from 'react-i18next';
import { KEYS } from '../keys.ts';
import { Dialog } from '../ui/dialog.tsx';

/** Every key of the console. */
export const Help = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  return (
    <Dialog title={t('common.helpTitle')} onClose={onClose}>
      {(['alerts', 'console'] as const).map((group) => (
        <section key={group} className="help-group">
          <h3>{t(`common.keys_${group}`)}</h3>
          <dl className="help-keys">
            {KEYS.filter((key) => key.group === group).map(({ id, shown }) => (
              <div key={id} className="help-line">
                <dt>
                  <kbd>{shown === 'Enter' || shown === 'Esc' ? t(`common.key_${shown}`) : shown}</kbd>
                </dt>
                <dd>{t(`common.help_${id}`)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
};
