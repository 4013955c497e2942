import { useTranslation } from 'react-i18next';
import { figuresAfter } from '../../../shared/domain/correction.ts';
import type { Proposal, ProposalItem } from '../../../shared/domain/proposal.ts';
import { errorSentence, formatMoney, formatTime, i18n } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { shownId } from '../../shown-id.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Figures } from '../correction/figures.tsx';
import { WrittenRows } from '../correction/written-rows.tsx';
import { ItemList } from './bulk-list.tsx';
import { Decide } from './decide.tsx';
import { TimeLeft } from './time-left.tsx';

const amountOf = ({
  cardDeltaCents,
  ledgerDeltaCents,
}: Pick<Proposal, 'cardDeltaCents' | 'ledgerDeltaCents'>): string =>
  formatMoney(cardDeltaCents === 0 ? ledgerDeltaCents : cardDeltaCents, { signed: true });

/** One proposal: what would be written, who wants it and why, and what can be done about it. */
export const ProposalPanel = ({ proposal }: { proposal: Proposal }) => {
  const { t } = useTranslation();
  const { proposalId, bulk, item, state, counts } = proposal;
  const kind = `correction.kind_${proposal.kind}`;
  const title = bulk
    ? t('proposals.bulkTitle', { count: counts.all, amount: amountOf(proposal) })
    : t('proposals.oneTitle', { card: shownId(item?.cardId ?? ''), amount: amountOf(proposal) });
  return (
    <section className="panel stack" aria-labelledby={`proposal-${proposalId}`}>
      <div className="approval-head">
        <h2 id={`proposal-${proposalId}`}>{title}</h2>
        {state === 'pending' ? (
          <TimeLeft until={proposal.expiresAt} />
        ) : (
          <strong>{t(`proposals.ended_${state}`, { name: proposal.decidedBy ?? '–' })}</strong>
        )}
      </div>
      <p>
        {t('proposals.why', { kind: i18n.exists(kind) ? t(kind) : proposal.kind, reason: proposal.reason })}{' '}
        <span className="quiet">
          {t('proposals.by', {
            name: proposal.author,
            laptop: proposal.laptop,
            time: formatTime(proposal.proposedAt, { seconds: true }),
          })}
        </span>
      </p>
      {proposal.decision !== null && <p>{t('proposals.quote', { words: proposal.decision })}</p>}
      {item !== null && <One item={item} proposal={proposal} />}
      {bulk && state !== 'pending' && (
        <Progress
          done={counts.applied}
          total={counts.all}
          label={t('proposals.progress', {
            applied: counts.applied,
            all: counts.all,
            stale: counts.stale,
            refused: counts.refused,
          })}
        />
      )}
      {bulk && state === 'approved' && <ItemList proposalId={proposalId} />}
      {bulk && state !== 'approved' && (
        <details open={state === 'pending'}>
          <summary>{t('proposals.cards', { count: counts.all })}</summary>
          <ItemList proposalId={proposalId} />
        </details>
      )}
      <Decide proposal={proposal} />
    </section>
  );
};

/** A single correction: the figures before and after, the rows, and where it stands. */
const One = ({ item, proposal }: { item: ProposalItem; proposal: Proposal }) => {
  const { t } = useTranslation();
  const before = { actual: item.seenActualCents, expected: item.seenExpectedCents };
  const deltas = { cardDelta: item.cardDeltaCents, ledgerDelta: item.ledgerDeltaCents };
  const { logId } = item;
  return (
    <>
      {proposal.state === 'pending' && (
        <>
          <Figures before={before} after={figuresAfter(before, deltas)} />
          <WrittenRows
            cardId={item.cardId}
            before={before}
            deltas={deltas}
            eventId={item.eventId}
            operator={proposal.author}
          />
        </>
      )}
      {item.state === 'stale' && item.todayActualCents !== null && item.todayExpectedCents !== null && (
        <p>
          {t('correction.stale', {
            actual: formatMoney(item.todayActualCents),
            expected: formatMoney(item.todayExpectedCents),
          })}
        </p>
      )}
      {item.code !== null && <p>{errorSentence({ code: `correction_${item.code}`, params: {} })}</p>}
      <div className="row">
        <a href={hrefOf({ screen: 'card', cardId: item.cardId })}>{t('proposals.openCard')}</a>
        {proposal.incidentId !== null && (
          <a href={hrefOf({ screen: 'board', incidentId: proposal.incidentId })}>{t('proposals.openAlert')}</a>
        )}
        {logId !== null && <Button onClick={() => openDialog({ kind: 'receipt', logId })}>{t('receipt.open')}</Button>}
      </div>
    </>
  );
};
