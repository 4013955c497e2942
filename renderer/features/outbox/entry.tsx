import { useTranslation } from 'react-i18next';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import { eventsOf } from '../../../shared/domain/incident.ts';
import { idIn, type RowId } from '../../../shared/domain/row-id.ts';
import { formatMoney, formatTime, i18n } from '../../i18n.ts';
import { sentenceOf } from '../../sentence.ts';
import { shownId } from '../../shown-id.ts';
import { incidentOf, useAlerts } from '../../stores/alerts.ts';
import { amountIn } from './amount-in.ts';

export const textOf = ({ input }: OutboxEntry): string =>
  [input.text, input.note, input.reason].find((value) => typeof value === 'string')?.toString() ?? '';

/** Its alert is gone from the database, and the number may be another one's by now. */
export const hasLostAlert = ({ error }: OutboxEntry): boolean =>
  error?.code === 'lost_subject_gone' || error?.code === 'subject_gone';

const amountOf = ({ input }: OutboxEntry): string => {
  const amount = amountIn(input);
  return amount === null ? '' : formatMoney(amount, { signed: true });
};

const eventIn = (byId: Parameters<typeof incidentOf>[0], eventId: RowId): AlertEvent | undefined => {
  const incident = incidentOf(byId, eventId);
  return incident && eventsOf(incident).find((event) => event.eventId === eventId);
};

/** What the operator wanted, in one plain sentence. */
export const IntendedAction = ({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const { eventIds } = entry.input;
  const count = Array.isArray(eventIds) ? eventIds.length : 1;
  const [eventId, into] = [idIn(entry.input.eventId), idIn(entry.input.into)];
  const own = useAlerts((state) => (eventId === null ? undefined : eventIn(state.byId, eventId)));
  const other = useAlerts((state) => (into === null ? undefined : eventIn(state.byId, into)));
  const key = `waiting.wanted_${entry.command.replace('.', '_')}`;
  return (
    <>
      {i18n.exists(key, { count })
        ? t(key, {
            count,
            words: textOf(entry),
            amount: amountOf(entry),
            card: shownId(entry.cardId ?? ''),
            step: String(entry.input.stepId ?? ''),
            alert: own === undefined ? '' : sentenceOf(own),
            other: other === undefined ? '' : sentenceOf(other),
          })
        : t('waiting.wanted_other', { command: entry.command })}
    </>
  );
};

/** Who gave it, where and when. */
export const SubmittedBy = ({ entry: { author } }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  return (
    <>
      {t('waiting.submitted', {
        name: author.operator,
        laptop: author.laptop,
        time: formatTime(author.at, { seconds: true }),
      })}
    </>
  );
};
