import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisterFilter, RegisterSum, RegisterSums } from '../../../shared/contract/register.ts';
import { formatMoney, formatWindow } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { Choice } from '../../ui/field.tsx';
import { visibleText } from '../../visible-text.ts';
import { kindName } from './kind-name.ts';

const WAYS = ['kind', 'day', 'place', 'person'] as const;
type Way = (typeof WAYS)[number];

/** What the corrections that are shown come to together, in one of four ways. `copied`: those of this laptop's copy. */
export const Sums = ({ filter, copied }: { filter: RegisterFilter; copied: RegisterSums | null }) => {
  const { t } = useTranslation();
  const { data: asked } = useLive('register.sums', { filter }, { wanted: copied === null });
  const data = copied ?? asked;
  const [way, setWay] = useState<Way>('kind');
  if (data === undefined || data.all.count === 0) return null;
  const nameOf = ({ name }: RegisterSum): string => {
    if (way === 'kind') return kindName(name);
    if (way === 'day') return formatWindow(name);
    return name === '' ? t('register.noPlace') : visibleText(name);
  };
  const line = (name: string, sum: RegisterSum, key: string) => (
    <tr key={key}>
      <th scope="row">
        <bdi>{name}</bdi>
      </th>
      <td className="number">{sum.count}</td>
      <td className="number">{formatMoney(sum.cardCents, { signed: true })}</td>
      <td className="number">{formatMoney(sum.ledgerCents, { signed: true })}</td>
    </tr>
  );
  return (
    <section className="corrections-sums" aria-label={t('register.sums')}>
      <Choice
        label={t('register.sumsBy')}
        value={way}
        options={WAYS.map((value) => ({ value, label: t(`register.by_${value}`) }))}
        onChange={setWay}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="corrections-sums-rows" aria-label={t('register.sumsRows')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(`register.by_${way}`)}</th>
              <th scope="col" className="number">
                {t('register.count')}
              </th>
              <th scope="col" className="number">
                {t('register.column_amount')}
              </th>
              <th scope="col" className="number">
                {t('register.column_ledger')}
              </th>
            </tr>
          </thead>
          <tbody>
            {line(t('register.total'), data.all, 'total')}
            {data[way].map((sum) => line(nameOf(sum), sum, `of ${sum.name}`))}
          </tbody>
        </table>
      </section>
    </section>
  );
};
