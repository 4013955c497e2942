import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Cents, cents } from '../../../shared/domain/money.ts';
import type { ProposalItem } from '../../../shared/domain/proposal.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { errorSentence, formatMoney } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { shownId } from '../../shown-id.ts';
import { useItems } from './use-proposals.ts';

/** One card of a bulk, proposed or only looked at. */
export type BulkLine = {
  readonly cardId: string;
  readonly eventId: RowId | null;
  readonly actual: Cents;
  readonly expected: Cents;
  readonly cardDelta: Cents;
  readonly ledgerDelta: Cents;
  readonly note: string;
  readonly tone: 'good' | 'bad' | 'plain';
};

const ROW_HEIGHT = 34;

/** Thousands of cards, of which only those in sight are drawn. */
export const BulkList = ({ lines }: { lines: readonly BulkLine[] }) => {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  return (
    <div>
      <div className="bulk-head" aria-hidden="true">
        <span>{t('proposals.column_card')}</span>
        <span className="number">{t('proposals.column_actual')}</span>
        <span className="number">{t('proposals.column_expected')}</span>
        <span className="number">{t('proposals.column_difference')}</span>
        <span className="number">{t('proposals.column_written')}</span>
        <span>{t('proposals.column_note')}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <section ref={scroll} className="bulk-list" tabIndex={0} aria-label={t('proposals.list')}>
        <ul style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return (
              line && (
                <li
                  key={line.cardId}
                  className="bulk-row"
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                >
                  <Line line={line} />
                </li>
              )
            );
          })}
        </ul>
      </section>
    </div>
  );
};

const Line = ({ line }: { line: BulkLine }) => {
  const { t } = useTranslation();
  const written = line.cardDelta === 0 ? line.ledgerDelta : line.cardDelta;
  return (
    <>
      <span>
        <a href={hrefOf({ screen: 'card', cardId: line.cardId })} className="mono">
          {shownId(line.cardId)}
        </a>
      </span>
      <span className="number">{formatMoney(line.actual)}</span>
      <span className="number">{formatMoney(line.expected)}</span>
      <span className="number">{formatMoney(cents(line.actual - line.expected), { signed: true })}</span>
      <span className="number">
        {formatMoney(written, { signed: true })}
        <span className="visually-hidden"> {t(line.cardDelta === 0 ? 'proposals.inHistory' : 'proposals.onCard')}</span>
      </span>
      <span
        className={line.tone === 'good' ? 'bulk-done' : line.tone === 'bad' ? 'bulk-not' : 'quiet'}
        title={line.note}
      >
        {line.note}
        {line.eventId !== null && line.tone === 'plain' && ` · ${t('proposals.event', { event: line.eventId })}`}
      </span>
    </>
  );
};

/** What needs somebody stands first. */
const byTrouble = (a: ProposalItem, b: ProposalItem): number => Number(isTrouble(b)) - Number(isTrouble(a));
const isTrouble = ({ state }: ProposalItem): boolean => state === 'stale' || state === 'refused';

/** The cards of a proposal with what became of each. */
export const ItemList = ({ proposalId }: { proposalId: string }) => {
  const { t } = useTranslation();
  const items = useItems(proposalId);
  if (items === null) return <p className="quiet">{t('common.loading')}</p>;
  const noteOf = ({ state, code, todayActualCents, todayExpectedCents }: ProposalItem): string => {
    if (state === 'stale' && todayActualCents !== null && todayExpectedCents !== null) {
      return t('proposals.today', {
        actual: formatMoney(todayActualCents),
        expected: formatMoney(todayExpectedCents),
      });
    }
    if (code !== null) return errorSentence({ code: `correction_${code}`, params: {} });
    return t(`proposals.item_${state}`);
  };
  return (
    <BulkList
      lines={[...items].sort(byTrouble).map((item) => ({
        cardId: item.cardId,
        eventId: item.eventId,
        actual: item.seenActualCents,
        expected: item.seenExpectedCents,
        cardDelta: item.cardDeltaCents,
        ledgerDelta: item.ledgerDeltaCents,
        note: noteOf(item),
        tone: item.state === 'applied' ? 'good' : isTrouble(item) ? 'bad' : 'plain',
      }))}
    />
  );
};
