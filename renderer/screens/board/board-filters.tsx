import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { SEVERITIES } from '../../../shared/domain/severity.ts';
import { Button } from '../../ui/button.tsx';
import type { BoardFilter } from './order.ts';

export const BoardFilters = (props: {
  filter: BoardFilter;
  search: RefObject<HTMLInputElement | null>;
  onChange: (some: Partial<BoardFilter>) => void;
}) => {
  const { t } = useTranslation();
  const { filter, search, onChange } = props;
  return (
    <fieldset className="board-filters">
      <legend className="visually-hidden">{t('board.filters')}</legend>
      <input
        ref={search}
        className="bare-input board-search"
        type="search"
        aria-label={t('board.search')}
        placeholder={t('board.search')}
        value={filter.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <select
        className="bare-input board-severity"
        aria-label={t('board.filters')}
        value={filter.severity}
        onChange={(event) =>
          onChange({ severity: SEVERITIES.find((severity) => severity === event.target.value) ?? 'all' })
        }
      >
        <option value="all">{t('board.all')}</option>
        {SEVERITIES.filter((severity) => severity !== 'INFO').map((severity) => (
          <option key={severity} value={severity}>
            {t(`board.${severity}`)}
          </option>
        ))}
      </select>
      {(['mine', 'unacknowledged', 'closed'] as const).map((name) => (
        <Button
          key={name}
          tone={filter[name] ? 'primary' : 'plain'}
          aria-pressed={filter[name]}
          onClick={() => onChange({ [name]: !filter[name] })}
        >
          {t(`board.${name}`)}
        </Button>
      ))}
    </fieldset>
  );
};
