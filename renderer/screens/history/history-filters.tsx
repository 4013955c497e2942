import type { TFunction } from 'i18next';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HISTORY_SEVERITIES, type HistoryFilter, WHOLE_HISTORY } from '../../../shared/contract/history.ts';
import { EVENT_STATUSES } from '../../../shared/domain/severity.ts';
import { MomentField, TypedField, withAll } from '../../features/filters/filters.tsx';
import { useOperators } from '../../features/operators/use-operators.ts';
import { SavedViews } from '../../features/views/saved-views.tsx';
import { formatAmount } from '../../i18n.ts';
import { detectorName, knownDetectors } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { MoneyField } from '../../ui/money-field.tsx';
import { readMoney } from '../../ui/read-money.ts';
import { filterOf, queryOf } from './filter.ts';
import { stateName } from './history-cells.tsx';

type Props = {
  filter: HistoryFilter;
  search: RefObject<HTMLInputElement>;
  onChange: (some: Partial<HistoryFilter>) => void;
};

/** What each part of the filter is called on the screen. */
export const labelsOf = (t: TFunction): Readonly<Record<keyof HistoryFilter, string>> => ({
  ...{ words: t('history.search'), from: t('history.from'), until: t('history.until') },
  ...{ detector: t('history.detector'), severity: t('history.severity'), status: t('history.status') },
  ...{ operator: t('history.operator'), card: t('history.card'), place: t('history.place') },
  ...{ least: t('history.least'), most: t('history.most') },
});

/** Which alerts are shown. What is seldom asked for is there once somebody asks for more. */
export const HistoryFilters = ({ filter, search, onChange }: Props) => {
  const { t } = useTranslation();
  const rare = filter.operator ?? filter.least ?? filter.most ?? filter.card ?? filter.place;
  const [wide, setWide] = useState(rare !== null);
  const filtered = JSON.stringify(filter) !== JSON.stringify(WHOLE_HISTORY);
  return (
    <search className="history-filters">
      <TypedField
        type="search"
        label={t('history.search')}
        placeholder={t('history.searchHint')}
        value={filter.words}
        field={search}
        onSettled={(words) => onChange({ words })}
      />
      <MomentField label={t('history.from')} value={filter.from} onChange={(from) => onChange({ from })} />
      <MomentField label={t('history.until')} value={filter.until} onChange={(until) => onChange({ until })} />
      <Choice
        label={t('history.detector')}
        value={filter.detector ?? ''}
        options={withAll(t('history.all'), knownDetectors(), filter.detector, detectorName)}
        onChange={(detector) => onChange({ detector: detector || null })}
      />
      <Choice
        label={t('history.severity')}
        value={filter.severity ?? ''}
        options={withAll(t('history.allSeverities'), HISTORY_SEVERITIES, filter.severity, (one) => t(`board.${one}`))}
        onChange={(value) => onChange({ severity: HISTORY_SEVERITIES.find((one) => one === value) ?? null })}
      />
      <Choice
        label={t('history.status')}
        value={filter.status ?? ''}
        options={withAll(t('history.all'), EVENT_STATUSES, filter.status, stateName)}
        onChange={(value) => onChange({ status: EVENT_STATUSES.find((one) => one === value) ?? null })}
      />
      {wide && <RareFilters {...{ filter, onChange }} />}
      {!wide && <Button onClick={() => setWide(true)}>{t('history.more')}</Button>}
      {filtered && <Button onClick={() => onChange({ ...WHOLE_HISTORY })}>{t('history.clear')}</Button>}
      <SavedViews
        screen="history"
        view={queryOf(filter)}
        reset={t('history.whole')}
        onShow={(view) => onChange(filterOf(view).filter)}
      />
    </search>
  );
};

const RareFilters = ({ filter, onChange }: Omit<Props, 'search'>) => {
  const { t } = useTranslation();
  const operators = useOperators() ?? [];
  const names = operators.map(({ name }) => name);
  const text = (name: 'card' | 'place') => (
    <TypedField
      label={t(`history.${name}`)}
      value={filter[name] ?? ''}
      onSettled={(value) => onChange({ [name]: value.trim() === '' ? null : value })}
    />
  );
  return (
    <>
      <Choice
        label={t('history.operator')}
        value={filter.operator ?? ''}
        options={withAll(t('history.allPeople'), names, filter.operator)}
        onChange={(operator) => onChange({ operator: operator || null })}
      />
      {text('card')}
      {text('place')}
      <Amount name="least" {...{ filter, onChange }} />
      <Amount name="most" {...{ filter, onChange }} />
    </>
  );
};

const Amount = ({ name, filter, onChange }: Omit<Props, 'search'> & { name: 'least' | 'most' }) => {
  const { t, i18n } = useTranslation();
  const held = filter[name];
  const [typed, setTyped] = useState(held === null ? '' : formatAmount(held));
  const read = readMoney(typed, i18n.language === 'fr' ? 'fr' : 'en');
  return (
    <MoneyField
      label={t(`history.${name}`)}
      value={typed}
      error={typed.trim() === '' || read !== null ? undefined : t('history.notAmount')}
      onChange={(text) => {
        setTyped(text);
        const amount = readMoney(text, i18n.language === 'fr' ? 'fr' : 'en');
        if (text.trim() === '' || amount !== null) onChange({ [name]: amount });
      }}
    />
  );
};
