import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Health } from '../../../shared/contract/health.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { formatDuration, formatNumber, formatTime } from '../../i18n.ts';
import { Fresh } from '../../ui/fresh.tsx';
import { recompute } from './actions.ts';
import { DUE_MS } from './due.ts';
import { StartOver } from './start-over.tsx';

const figure = (value: number | null): string => (value === null ? '–' : formatNumber(value));

/** Regie's ledger against the whole log: the last time, and again on demand. */
export const Ledger = ({
  ledger,
  onRecomputed,
}: {
  ledger: Health['ledger'];
  onRecomputed: () => Promise<unknown>;
}) => {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const again = async () => {
    setBusy(true);
    await recompute();
    await onRecomputed();
    setBusy(false);
  };
  return (
    <section className="panel stack" aria-labelledby="health-ledger">
      <h2 id="health-ledger">{t('health.ledger')}</h2>
      {ledger.lastRecomputeAt === null ? (
        <p className="quiet">{t('health.ledgerNever')}</p>
      ) : (
        <dl className="facts">
          <dt>{t('health.ledgerLast')}</dt>
          <dd>
            <Fresh
              at={ledger.lastRecomputeAt}
              dueMs={DUE_MS.ledger}
              tone={ledger.drifted === 0 ? 'good' : 'warn'}
              dated
            >
              {formatTime(ledger.lastRecomputeAt, { seconds: true })}
            </Fresh>
          </dd>
          <dt>{t('health.ledgerCards')}</dt>
          <dd>{figure(ledger.cards)}</dd>
          <dt>{t('health.ledgerDrifted')}</dt>
          <dd>{figure(ledger.drifted)}</dd>
          <dt>{t('health.ledgerTook')}</dt>
          <dd>{ledger.durationMs === null ? '–' : formatDuration(ledger.durationMs)}</dd>
        </dl>
      )}
      <div className="row">
        <CommandButton needs="engine.recompute" disabled={busy} onClick={() => void again()}>
          {t(busy ? 'health.recomputing' : 'health.recompute')}
        </CommandButton>
      </div>
      <StartOver />
    </section>
  );
};
