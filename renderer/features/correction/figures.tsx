import { useTranslation } from 'react-i18next';
import { type CardFigures, discrepancyOf } from '../../../shared/domain/correction.ts';
import type { Cents } from '../../../shared/domain/money.ts';
import { formatMoney } from '../../i18n.ts';

/** Card, expected and difference in large type, before and after. */
export const Figures = ({ before, after }: { before: CardFigures; after: CardFigures }) => {
  const { t } = useTranslation();
  const line = (label: string, from: Cents, to: Cents, signed: boolean) => (
    <div className="figure">
      <dt>{label}</dt>
      <dd>
        <span className="figure-before">
          <span className="visually-hidden">{t('correction.before')} </span>
          {formatMoney(from, { signed })}
        </span>
        <span aria-hidden="true"> → </span>
        <strong className={to === from ? '' : !signed && to < 0 ? 'figure-overdrawn' : 'figure-changed'}>
          <span className="visually-hidden">{t('correction.after')} </span>
          {formatMoney(to, { signed })}
        </strong>
      </dd>
    </div>
  );
  return (
    <dl className="figures">
      {line(t('correction.card'), before.actual, after.actual, false)}
      {line(t('correction.expected'), before.expected, after.expected, false)}
      {line(t('correction.difference'), discrepancyOf(before), discrepancyOf(after), true)}
    </dl>
  );
};
