import { useTranslation } from 'react-i18next';
import { WHOLE_LOG } from '../../../shared/contract/log.ts';
import { LONGEST_ENTRY } from '../../../shared/domain/log.ts';
import { changeDraft, useLogLine } from '../../stores/log-line.ts';
import { Select } from '../../ui/select.tsx';
import { useLog } from './use-log.ts';

/** What happens every night; the festival's own come first. */
const BUILT_IN = ['reader', 'queue', 'power', 'cash'] as const;

/** Puts a text for what happens every night into the line, to be completed. */
export const Templates = () => {
  const { t } = useTranslation();
  const own = useLog({ ...WHOLE_LOG, limit: 1 })?.settings.templates ?? [];
  const all = [
    ...own,
    ...BUILT_IN.map((one) => ({ name: t(`log.template_${one}`), text: t(`log.template_${one}_text`) })),
  ];
  return (
    <Select
      className="log-templates"
      aria-label={t('log.templates')}
      value=""
      options={[
        { value: '', label: t('log.templates') },
        ...all.map(({ name }, index) => ({ value: String(index), label: name })),
      ]}
      onChange={(value) => {
        const chosen = all[Number(value)];
        if (value === '' || chosen === undefined) return;
        const { text } = useLogLine.getState().draft;
        changeDraft({
          text: [text, chosen.text]
            .filter((one) => one !== '')
            .join(' ')
            .slice(0, LONGEST_ENTRY),
        });
        document.querySelector<HTMLElement>('.log-line-text')?.focus();
      }}
    />
  );
};
