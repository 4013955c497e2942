import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';

/** This laptop is not enrolled, or not any more: the code that somebody made elsewhere, and what this laptop is called. */
export const EnrolLaptop = ({ ended }: { ended: boolean }) => {
  const { t } = useTranslation();
  const laptop = useSystem((state) => state.session?.laptop ?? '');
  const offline = useSystem((state) => state.status?.link.state === 'offline');
  const [code, setCode] = useState('');
  const [name, setName] = useState(laptop);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const ready = code.trim() !== '' && name.trim() !== '' && !busy;
  const enrol = async () => {
    if (!ready) return;
    setBusy(true);
    const answer = await call('laptops.enrol', { code, name });
    setBusy(false);
    if (!answer.ok) setError(errorSentence(answer.error));
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void enrol();
      }}
    >
      <p>{t(ended ? 'laptops.endedText' : 'laptops.missingText')}</p>
      {offline && <p role="status">{t('laptops.needsNetwork')}</p>}
      <Field
        label={t('laptops.code')}
        hint={t('laptops.codeHint')}
        value={code}
        maxLength={20}
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        className="laptop-code"
        error={error}
        data-focus=""
        onChange={(event) => {
          setCode(event.target.value.toUpperCase());
          setError(undefined);
        }}
      />
      <Field
        label={t('laptops.name')}
        hint={t('laptops.nameHint')}
        value={name}
        maxLength={40}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" tone="primary" large disabled={!ready}>
        {t('laptops.enrol')}
      </Button>
    </form>
  );
};
