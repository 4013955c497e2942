import { useTranslation } from 'react-i18next';
import type { CardView } from '../../../shared/domain/card.ts';
import { LANGUAGES } from '../../../shared/domain/language.ts';
import { visitorAnswer } from '../../../shared/domain/visitor.ts';
import { formatMoney, formatTime, i18n } from '../../i18n.ts';

/** What can be said to the visitor, in the booth's language first: the visitor's is not always the same. */
export const VisitorSentence = ({ card }: { card: CardView }) => {
  const { t, i18n: shown } = useTranslation();
  const { says, amount, balance, at, place } = visitorAnswer(card);
  return (
    <section className="panel stack" aria-labelledby="visitor">
      <h2 id="visitor">{t('visitor.title')}</h2>
      {LANGUAGES.toSorted((a, b) => Number(b === shown.language) - Number(a === shown.language)).map((language) => {
        const translate = i18n.getFixedT(language);
        return (
          <p key={language} lang={language} className="visitor-sentence">
            {translate(`visitor.${says}`, {
              amount: amount === undefined ? '' : formatMoney(amount, { language }),
              balance: formatMoney(balance, { language }),
              time: at === undefined ? '' : formatTime(at, { language }),
              place: place ?? translate('visitor.somewhere'),
            })}
          </p>
        );
      })}
    </section>
  );
};
