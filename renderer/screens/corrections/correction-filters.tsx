import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { type RegisterFilter, WHOLE_REGISTER } from '../../../shared/contract/register.ts';
import { CORRECTION_KINDS } from '../../../shared/domain/correction.ts';
import { MomentField, TypedField, withAll } from '../../features/filters/filters.tsx';
import { useOperators } from '../../features/operators/use-operators.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { visibleText } from '../../visible-text.ts';
import { kindName } from './kind-name.ts';

const STATES = ['undone', 'standing'] as const;
/** What only a link asks for. */
const LINKED = ['place', 'alert', 'row', 'id'] as const;

/** What each part of the filter is called on the screen. */
export const labelsOf = (t: TFunction): Readonly<Record<keyof RegisterFilter, string>> => ({
  ...{ words: t('register.search'), from: t('register.from'), until: t('register.until') },
  ...{ kind: t('register.kind'), person: t('register.person'), card: t('register.card') },
  ...{ undone: t('register.state'), place: t('register.column_place'), alert: t('register.alert') },
  ...{ row: t('register.logRow'), id: t('register.detail') },
});

/** Which corrections are shown. */
export const CorrectionFilters = (props: {
  filter: RegisterFilter;
  onChange: (some: Partial<RegisterFilter>) => void;
}) => {
  const { t } = useTranslation();
  const { filter, onChange } = props;
  const all = t('register.all');
  const names = (useOperators() ?? []).map(({ name }) => name);
  const when = (name: 'from' | 'until') => (
    <MomentField
      label={t(`register.${name}`)}
      value={filter[name]}
      onChange={(instant) => onChange({ [name]: instant })}
    />
  );
  return (
    <search className="corrections-filters">
      <TypedField
        type="search"
        label={t('register.search')}
        value={filter.words}
        onSettled={(words) => onChange({ words })}
      />
      {when('from')}
      {when('until')}
      <Choice
        label={t('register.kind')}
        value={filter.kind ?? ''}
        options={withAll(all, CORRECTION_KINDS, filter.kind, kindName)}
        onChange={(value) => onChange({ kind: CORRECTION_KINDS.find((one) => one === value) ?? null })}
      />
      <Choice
        label={t('register.person')}
        value={filter.person ?? ''}
        options={withAll(all, names, filter.person)}
        onChange={(person) => onChange({ person: person || null })}
      />
      <TypedField
        label={t('register.card')}
        value={filter.card ?? ''}
        onSettled={(card) => onChange({ card: card.trim() === '' ? null : card })}
      />
      <Choice
        label={t('register.state')}
        value={filter.undone ?? ''}
        options={withAll(all, STATES, filter.undone, (one) => t(`register.state_${one}`))}
        onChange={(value) => onChange({ undone: STATES.find((one) => one === value) ?? null })}
      />
      {JSON.stringify(filter) !== JSON.stringify(WHOLE_REGISTER) && (
        <Button onClick={() => onChange({ ...WHOLE_REGISTER })}>{t('register.clear')}</Button>
      )}
      {LINKED.some((name) => filter[name] !== null) && (
        <p className="corrections-only">
          {t('register.only')}{' '}
          {LINKED.flatMap((name) => {
            const value = filter[name];
            return value === null ? [] : [t(`register.only_${name}`, { value: visibleText(value) })];
          }).join(', ')}
        </p>
      )}
    </search>
  );
};
