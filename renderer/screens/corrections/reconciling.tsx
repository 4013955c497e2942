import { useTranslation } from 'react-i18next';
import { type Opens, RECONCILE_STEPS, type ReconcileView } from '../../../shared/contract/register.ts';
import { saidText } from '../../../shared/i18n/reconcile.ts';
import { call } from '../../bridge.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { errorSentence, formatTime, i18n, language } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { hrefOf, type Route } from '../../routes.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { visibleText } from '../../visible-text.ts';

/** Whether all corrections agree with everything that is on record about them, as somebody has asked here. */
export const Reconciling = () => {
  const { t } = useTranslation();
  const { data: view } = useCall('reconcile.get', {});
  const start = async (): Promise<void> => {
    const answer = await call('reconcile.start', {});
    if (!answer.ok) showToast(errorSentence(answer.error), 'bad');
  };
  const running = view?.running ?? null;
  return (
    <section className="stack" aria-label={t('register.reconcileTitle')}>
      <div className="row">
        <CommandButton needs="reconcile.start" disabled={running !== null} onClick={() => void start()}>
          {t('register.reconcile')}
        </CommandButton>
        {running === null ? (
          <span className="quiet">{t('register.reconcileText')}</span>
        ) : (
          <>
            <span role="status">
              {t('register.running', {
                step: RECONCILE_STEPS.indexOf(running.step) + 1,
                steps: RECONCILE_STEPS.length,
                what: t(`register.step_${running.step}`),
                rows: running.rows,
              })}
            </span>
            <Button onClick={() => void call('reconcile.cancel', {})}>{t('register.cancel')}</Button>
          </>
        )}
      </div>
      {view?.ended && <p role="alert">{t(`register.${view.ended}`)}</p>}
      {running === null && view?.found && <Found found={view.found} />}
    </section>
  );
};

const Found = ({ found }: { found: NonNullable<ReconcileView['found']> }) => {
  const { t } = useTranslation();
  const { ok, at, corrections, auditRows, cards, broken } = found;
  const params = { corrections, audit: auditRows, cards, time: formatTime(at, { seconds: true }) };
  if (ok) return <p role="status">{t('register.holds', params)}</p>;
  return (
    <div role="alert" className="stack">
      <p>{t('register.broken', params)}</p>
      <ul className="stack">
        {broken.map(({ invariant, says, count, rows }) => (
          <li key={invariant}>
            <strong>
              {i18n.exists(`register.invariant_${invariant}`) ? t(`register.invariant_${invariant}`) : says}
            </strong>{' '}
            {t('register.brokenRows', { count })}
            <ul className="corrections-broken">
              {rows.map(({ row, why, said, opens }) => {
                const name = visibleText(saidText([said.row], language()));
                return (
                  <li key={`${row} ${why}`}>
                    {opens === undefined ? name : <a href={hrefOf(placeOf(opens))}>{name}</a>}
                    {t('register.rowWhy', { why: visibleText(saidText(said.why, language())) })}
                  </li>
                );
              })}
              {count > rows.length && <li>{t('register.moreRows', { count: count - rows.length })}</li>}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
};

/** Where a row that does not fit is looked at. */
const placeOf = ({ kind, id }: Opens): Route => {
  switch (kind) {
    case 'correction':
      return { screen: 'corrections', query: `id=${id}` };
    case 'card':
      return { screen: 'card', cardId: id };
    case 'audit':
      return { screen: 'settings', section: 'audit' };
  }
};
