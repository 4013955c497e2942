import type { CommonCause } from '../shared/domain/common-cause.ts';
import { parseCents } from '../shared/domain/money.ts';
import { formatList, formatMoney, formatShare, i18n } from './i18n.ts';
import { shownId } from './shown-id.ts';

type Value = Pick<Extract<CommonCause, { found: 'cause' }>, 'dimension' | 'value'>;

/** What they have in common, in one sentence with its figures; no more certain than these. */
export const causeSentence = (cause: CommonCause): string => {
  if (cause.found === 'none') return i18n.t('cause.none', { count: cause.failing });
  const { failingShare, trafficShare, failing, also } = cause;
  const sentence = i18n.t('cause.found', {
    share: formatShare(failingShare),
    count: failing,
    what: valueText(cause),
    traffic: formatShare(trafficShare),
    base: i18n.t(cause.dimension === 'type' ? 'cause.base_all' : 'cause.base_same'),
  });
  return also.length === 0
    ? sentence
    : `${sentence} ${i18n.t('cause.also', { others: formatList(also.map(valueText)) })}`;
};

const valueText = ({ dimension, value }: Value): string =>
  i18n.t(`cause.value_${dimension}`, { value: shownValue(dimension, value) });

const shownValue = (dimension: Value['dimension'], value: string): string => {
  if (dimension === 'type' && i18n.exists(`card.type_${value}`)) return i18n.t(`card.type_${value}`);
  return dimension === 'amount' && /^-?\d{1,12}\.\d{2}$/.test(value) ? formatMoney(parseCents(value)) : shownId(value);
};
