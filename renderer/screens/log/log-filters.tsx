import { memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LOG_SOURCES, type LogFilter } from '../../../shared/contract/log.ts';
import { LOG_KINDS } from '../../../shared/domain/log.ts';
import { instantOf, localOf } from '../../../shared/domain/zoned-time.ts';
import { timeZone } from '../../clock.ts';
import { tagName } from '../../features/log/tags.ts';
import { goToInstead } from '../../routes.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { WhenField } from '../../ui/when-field.tsx';
import { routeOf } from './filter.ts';

const show = (filter: LogFilter): void => goToInstead(routeOf(filter));

type Props = {
  filter: LogFilter;
  /** Names that it can be filtered by: the festival's own tags, and what entries have. */
  ownTags: readonly string[];
  tags: readonly string[];
  authors: readonly string[];
  places: readonly string[];
  /** Whether the core has not answered the filter yet. */
  asking: boolean;
};

/** What of the log is shown. Drawn again when that changes, or what there is to choose from, and not with each entry. */
export const LogFilters = memo((props: Props) => <Filters {...props} />);

const Filters = ({ filter, ownTags, tags, authors, places, asking }: Props) => {
  const { t } = useTranslation();
  const [words, setWords] = useState(filter.words);
  const asked = useRef(filter.words);
  /** Whether somebody has typed since it was last asked. */
  const typed = useRef(false);
  useEffect(() => {
    // A link led to another search: the field follows it, or would undo it.
    if (filter.words === asked.current) return;
    asked.current = filter.words;
    typed.current = false;
    setWords(filter.words);
  }, [filter.words]);
  useEffect(() => {
    // Each letter asks at once, and one question at a time: those that are typed before it is answered are asked together.
    if (!typed.current || asking) return;
    typed.current = false;
    if (words === filter.words) return;
    asked.current = words;
    show({ ...filter, words });
  }, [words, filter, asking]);
  const choice = (name: 'tag' | 'author' | 'place', known: readonly string[], shown = (value: string) => value) => (
    <Choice
      label={t(`log.by_${name}`)}
      value={filter[name] ?? ''}
      options={[
        { value: '', label: t('log.all') },
        ...[...new Set([...known, ...(filter[name] === null ? [] : [filter[name]])])].map((value) => ({
          value,
          label: shown(value),
        })),
      ]}
      onChange={(value) => show({ ...filter, [name]: value === '' ? null : value })}
    />
  );
  return (
    <search className="log-filters">
      <Field
        label={t('log.search')}
        type="search"
        value={words}
        maxLength={200}
        onChange={(event) => {
          typed.current = true;
          setWords(event.target.value);
        }}
      />
      <Choice
        label={t('log.source')}
        value={filter.source}
        options={LOG_SOURCES.map((value) => ({ value, label: t(`log.source_${value}`) }))}
        onChange={(source) => show({ ...filter, source })}
      />
      <Choice
        label={t('log.kind')}
        value={filter.kind ?? ''}
        options={[
          { value: '' as const, label: t('log.all') },
          ...LOG_KINDS.map((value) => ({ value, label: t(`log.kind_${value}`) })),
        ]}
        onChange={(kind) => show({ ...filter, kind: kind === '' ? null : kind })}
      />
      {choice('tag', [...new Set([...ownTags, ...tags])], tagName)}
      {choice('author', authors)}
      {choice('place', places)}
      <WhenField
        kind="dateTime"
        label={t('log.until')}
        value={filter.until === null ? '' : localOf(Date.parse(filter.until), timeZone())}
        onChange={(held) => show({ ...filter, until: instantOf(held, timeZone()) })}
      />
      <label className="check log-filter-open">
        <input
          type="checkbox"
          checked={filter.open}
          onChange={(event) => show({ ...filter, open: event.target.checked })}
        />
        {t('log.onlyOpen')}
      </label>
    </search>
  );
};
