import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';

/** The password of the new login, where this laptop has no keychain for it: it is asked for at each start. */
export const PasswordNote = ({ made, onDone }: { made: { login: string; password: string }; onDone: () => void }) => {
  const { t } = useTranslation();
  return (
    <section className="panel stack" aria-labelledby="connect-password">
      <h2 id="connect-password">{t('setup.noteTitle')}</h2>
      <p>{t('setup.noteText')}</p>
      <dl className="facts">
        <dt>{t('settings.user')}</dt>
        <dd className="mono">{made.login}</dd>
        <dt>{t('settings.password')}</dt>
        <dd className="connect-password">
          <CopiedText text={made.password} />
        </dd>
      </dl>
      <div>
        <Button tone="primary" onClick={onDone}>
          {t('setup.noteDone')}
        </Button>
      </div>
    </section>
  );
};
