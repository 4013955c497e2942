import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardView } from '../../../shared/domain/card.ts';
import { cents } from '../../../shared/domain/money.ts';
import { isTime } from '../../clock.ts';
import { PendingNote } from '../../features/approvals/pending-note.tsx';
import { useCard } from '../../features/card/use-card.ts';
import { formatMoney, formatTime, i18n } from '../../i18n.ts';
import { goTo, hrefOf } from '../../routes.ts';
import { titleOf } from '../../sentence.ts';
import { useSystem } from '../../stores/system.ts';
import { openDialog } from '../../stores/ui.ts';
import { BalanceChart } from '../../ui/balance-chart.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { Time } from '../../ui/time.tsx';
import { RecentCards, rememberCard } from './recent-cards.tsx';
import { UnknownCard } from './unknown-card.tsx';
import { VisitorSentence } from './visitor-sentence.tsx';
import './card-screen.css';
import { History } from './card-history.tsx';

/** Any card: what it holds against what its history says. A reader that types like a keyboard works as well. */
export const CardScreen = ({ cardId }: { cardId: string | null }) => {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(cardId ?? '');
  useEffect(() => setTyped(cardId ?? ''), [cardId]);
  return (
    <div className="screen stack">
      <h1>{t('card.title')}</h1>
      <form
        className="row card-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== '') goTo({ screen: 'card', cardId: typed.trim() });
        }}
      >
        <Field
          label={t('card.lookUp')}
          hint={t('card.hint')}
          value={typed}
          autoFocus
          maxLength={200}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" tone="primary" disabled={typed.trim() === ''}>
          {t('card.find')}
        </Button>
      </form>
      {cardId === null ? <RecentCards /> : <CardBody key={cardId} cardId={cardId} />}
    </div>
  );
};

/** What is wrong with the card, before anything else. */
const verdictOf = ({ discrepancyCents }: CardView): string => {
  if (discrepancyCents === 0) return i18n.t('card.right');
  const amount = formatMoney(cents(Math.abs(discrepancyCents)));
  return i18n.t(discrepancyCents < 0 ? 'card.missing' : 'card.tooMuch', { amount });
};

const CardBody = ({ cardId }: { cardId: string }) => {
  const { t } = useTranslation();
  const theme = useSystem((state) => state.session?.preferences.theme);
  const { card, live, error } = useCard(cardId);
  const exists = card?.exists ?? false;
  useEffect(() => {
    if (exists) rememberCard(cardId);
  }, [exists, cardId]);
  if (card === null && error !== null) return <UnknownCard read={cardId} error={error} />;
  if (card === null) return <p className="quiet">{t('common.loading')}</p>;
  const unknown = card.waiting.find((one) => one.unknown);
  if (!card.exists && card.transactionCount === 0) return <UnknownCard read={cardId} />;
  return (
    <>
      {!card.exists && <p role="alert">{t('card.unknownWithHistory')}</p>}
      {card.amountMissing && <p role="alert">{t('card.amountMissing')}</p>}
      <div className={`row card-verdict ${card.discrepancyCents === 0 ? '' : 'card-verdict-wrong'}`}>
        <div>
          <h2>{verdictOf(card)}</h2>
          <p>
            {card.discrepancyCents === 0
              ? t('card.agrees')
              : t('card.differs', { amount: formatMoney(card.discrepancyCents, { signed: true }) })}{' '}
            <span className="quiet">
              {t(live ? 'card.asOf' : 'card.asOfCopy', { time: formatTime(card.at, { seconds: true }) })}
            </span>
          </p>
        </div>
        {card.exists && (
          <Button
            tone={card.discrepancyCents === 0 ? 'plain' : 'primary'}
            disabled={card.waiting.length > 0}
            onClick={() => openDialog({ kind: 'correct', cardId, eventId: null, original: null, why: 'difference' })}
          >
            {t('card.correct')}
          </Button>
        )}
      </div>
      {card.exists && <VisitorSentence card={card} />}
      <dl className="card-figures">
        <div>
          <dt>{t('card.balance')}</dt>
          <dd>{formatMoney(card.actualCents)}</dd>
        </div>
        <div>
          <dt>{t('card.expected')}</dt>
          <dd>{formatMoney(card.expectedCents)}</dd>
        </div>
        <div className={card.discrepancyCents === 0 ? '' : 'card-differs'}>
          <dt>{t('card.difference')}</dt>
          <dd>{formatMoney(card.discrepancyCents, { signed: true })}</dd>
        </div>
      </dl>
      <PendingNote of={({ item }) => item?.cardId === cardId} />
      {!card.complete && <p className="quiet">{t('card.notComplete')}</p>}
      {unknown !== undefined && <p role="status">{t('errors.correction_unknown')}</p>}
      {card.waiting.length > 0 && (
        <ul className="stack" aria-label={t('card.waitingCorrections')}>
          {card.waiting.map((one) => (
            <li key={one.operationId} className="waiting-mark">
              {t('card.waitingCorrection', {
                amount: formatMoney(one.cardDeltaCents === 0 ? one.ledgerDeltaCents : one.cardDeltaCents, {
                  signed: true,
                }),
                name: one.operator,
                time: formatTime(one.at, { seconds: true }),
              })}
            </li>
          ))}
        </ul>
      )}
      {card.transactions.filter(({ at }) => isTime(at)).length > 1 && <BalanceChart key={theme} card={card} />}
      <section className="stack" aria-labelledby="card-alerts">
        <h2 id="card-alerts">{t('card.alerts')}</h2>
        <p>
          <a href={hrefOf({ screen: 'history', incidentId: null, query: `card=${encodeURIComponent(cardId)}` })}>
            {t('card.allAlerts')}
          </a>
        </p>
        {card.alerts.length === 0 && <p className="quiet">{t('card.noAlerts')}</p>}
        <ul className="stack">
          {card.alerts.map((alert) => (
            <li key={alert.incidentId} className="row">
              <SeverityMark severity={alert.lead.severity} />
              <a href={hrefOf({ screen: 'board', incidentId: alert.incidentId })}>{titleOf(alert)}</a>
              <span className="quiet">
                <Time at={alert.lead.detectedAt} /> {!alert.open && t(`board.status_${alert.lead.status}`)}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <History card={card} />
    </>
  );
};
