import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v7 as uuid } from 'uuid';
import type { Alert } from '../../../shared/domain/alert.ts';
import { newOperationId } from '../../bridge.ts';
import { festivalInstant } from '../../clock.ts';
import { submit } from '../../commands.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { useDraftText } from '../../stores/drafts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { type Match, MatchOf, MatchOfAlert, matchesOf } from './silence-match.tsx';

/** How long it can last, in minutes. */
const DURATIONS = ['15', '30', '60', '120', '240', '480'] as const;

/** Holds noise back: what fits an alert, or what is chosen freely. */
export const SilenceDialog = ({ alert, onClose }: { alert: Alert | null; onClose: () => void }) => {
  const { t } = useTranslation();
  const offered = alert === null ? [] : matchesOf(alert.lead);
  const [match, setMatch] = useState<Match>(offered[0]?.match ?? { algorithm: null, device: null, cardId: null });
  const [minutes, setMinutes] = useState<(typeof DURATIONS)[number]>('60');
  const [reason, setReason, forget] = useDraftText(`silence ${alert?.incidentId ?? ''}`);
  const [sending, setSending] = useState(false);
  // One id for what is asked here: sending it again cannot do it twice. Something else is another silence.
  const [ids, setIds] = useState(() => ({ operationId: newOperationId(), silenceId: uuid() }));
  const changed = () => setIds({ operationId: newOperationId(), silenceId: uuid() });
  const money = alert?.lead.movedMoney === true;
  const nothing = match.algorithm === null && match.device === null && match.cardId === null;

  const send = async () => {
    setSending(true);
    const from = festivalInstant();
    const until = new Date(Date.parse(from) + Number(minutes) * 60_000).toISOString();
    const eventId = alert?.lead.eventId ?? null;
    const outcome = await submit(
      'silence.start',
      { ...ids, ...match, from, minutes: Number(minutes), reason, eventId },
      { done: t('team.silenced', { time: formatTime(until) }) },
    );
    setSending(false);
    if (outcome === null) return changed();
    forget();
    onClose();
  };

  return (
    <Dialog title={t('team.silenceTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p className="quiet">{t(money ? 'team.silenceMoney' : 'team.silenceText')}</p>
        {!money && (
          <>
            {alert === null ? (
              <MatchOf match={match} onChange={(some) => [setMatch({ ...match, ...some }), changed()]} />
            ) : (
              <MatchOfAlert offered={offered} onChange={(chosen) => [setMatch(chosen), changed()]} />
            )}
            <Choice
              label={t('team.duration')}
              value={minutes}
              options={DURATIONS.map((value) => ({ value, label: formatSpan(Number(value) * 60_000) }))}
              onChange={(chosen) => [setMinutes(chosen), changed()]}
            />
            <TextField
              label={t('team.why')}
              value={reason}
              maxLength={2_000}
              onChange={(event) => [setReason(event.target.value), changed()]}
            />
            {nothing && <p className="quiet">{t('team.somethingNeeded')}</p>}
          </>
        )}
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          {!money && (
            <Button type="submit" tone="primary" disabled={nothing || reason.trim() === '' || sending}>
              {t('team.silenceIt')}
            </Button>
          )}
        </DialogFoot>
      </form>
    </Dialog>
  );
};
