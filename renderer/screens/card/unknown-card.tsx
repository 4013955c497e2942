import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegieError } from '../../../shared/contract/errors.ts';
import { errorSentence } from '../../i18n.ts';
import { useCall, useLive } from '../../query.ts';
import { goToInstead, hrefOf } from '../../routes.ts';
import { shownId } from '../../shown-id.ts';

const NOTHING = { same: [], ending: [] } as const;

/** No card has this very id: opens the one that was meant, or offers those that may be. */
export const UnknownCard = ({ read, error = null }: { read: string; error?: RegieError | null }) => {
  const { t } = useTranslation();
  const { data: copies, error: unreadable } = useCall('card.find', { read });
  const { data = copies } = useLive('card.lookFor', { read });
  // An id that no search takes, such as one of twelve kilobytes, is said to be so by the card's own answer.
  const found = data ?? (unreadable === null ? undefined : NOTHING);
  const only = found?.same.length === 1 ? found.same[0] : undefined;
  useEffect(() => {
    // The way back leads past the id that nobody has.
    if (only !== undefined) goToInstead({ screen: 'card', cardId: only });
  }, [only]);
  if (found === undefined || only !== undefined) return <p className="quiet">{t('common.loading')}</p>;
  return (
    <>
      <p role="alert">{error === null ? t('card.unknown') : t('card.noCopy', { why: errorSentence(error) })}</p>
      {error === null && found.same.length + found.ending.length === 0 && (
        <p className="quiet">{t('card.unknownNext')}</p>
      )}
      <Cards title={t('card.same')} ids={found.same} />
      <Cards title={t('card.ending')} ids={found.ending} />
    </>
  );
};

const Cards = ({ title, ids }: { title: string; ids: readonly string[] }) =>
  ids.length > 0 && (
    <section className="stack" aria-label={title}>
      <p>{title}</p>
      <ul className="stack">
        {ids.map((cardId) => (
          <li key={cardId}>
            <a href={hrefOf({ screen: 'card', cardId })}>
              <bdi>{shownId(cardId)}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
