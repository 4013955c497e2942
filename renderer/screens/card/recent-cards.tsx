import { useTranslation } from 'react-i18next';
import { hrefOf } from '../../routes.ts';
import { IdText } from '../../ui/id-text.tsx';

const MOST = 8;
/** The cards that were looked at last on this screen, the newest first: nothing of it is kept on the disk. */
let recent: readonly string[] = [];

export const rememberCard = (cardId: string): void => {
  recent = [cardId, ...recent.filter((one) => one !== cardId)].slice(0, MOST);
};

/** Where nobody has looked for a card yet: those of before. */
export const RecentCards = () => {
  const { t } = useTranslation();
  if (recent.length === 0) return <p className="quiet">{t('card.nothingYet')}</p>;
  return (
    <section className="stack" aria-labelledby="recent-cards">
      <h2 id="recent-cards">{t('card.recent')}</h2>
      <ul className="stack">
        {recent.map((cardId) => (
          <li key={cardId}>
            <a href={hrefOf({ screen: 'card', cardId })}>
              <IdText id={cardId} copy={false} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
};
