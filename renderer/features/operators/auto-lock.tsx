import { useTranslation } from 'react-i18next';
import { AUTO_LOCK_MINUTES, type Preferences } from '../../../shared/contract/session.ts';
import { Choice } from '../../ui/field.tsx';

type Minutes = Preferences['autoLockMinutes'];

/** After how long this laptop locks. */
export const AutoLock = ({ minutes, onChange }: { minutes: Minutes; onChange: (minutes: Minutes) => void }) => {
  const { t } = useTranslation();
  const choices: readonly Minutes[] = [...AUTO_LOCK_MINUTES, null];
  return (
    <Choice
      label={t('people.autoLock')}
      value={String(minutes)}
      options={choices.map((one) => ({
        value: String(one),
        label: one === null ? t('people.autoLockNever') : t('people.autoLockAfter', { minutes: one }),
      }))}
      onChange={(chosen) => onChange(choices.find((one) => String(one) === chosen) ?? null)}
    />
  );
};
