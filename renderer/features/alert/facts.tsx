import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import { commonCauseSchema } from '../../../shared/domain/common-cause.ts';
import { causeSentence } from '../../cause-sentence.ts';
import { formatMoney } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { nameOf, reasonText } from '../../sentence.ts';
import { shownId } from '../../shown-id.ts';
import { Age, Time } from '../../ui/time.tsx';

const wordSchema = z.string().min(1).nullable().catch(null);
const errorsSchema = z.array(z.object({ error: z.string(), count: z.number() })).catch([]);
const reasonsSchema = z.array(z.string()).catch([]);

const causeText = (fact: unknown): string | null => {
  const cause = commonCauseSchema.safeParse(fact).data;
  return cause === undefined ? null : causeSentence(cause);
};

/** The way of an alert, from the fault to the screen, and what it is about. */
export const Facts = ({ event }: { event: AlertEvent }) => {
  const { t } = useTranslation();
  const { facts } = event;
  const reasons = [
    ...reasonsSchema.parse(facts.reasons).map(reasonText),
    ...errorsSchema.parse(facts.top_errors).map(({ error, count }) => `${error} (${count})`),
  ];
  return (
    <dl className="facts">
      <Fact name={t('common.detector')}>{nameOf(event)}</Fact>
      {event.cardId !== null && (
        <Fact name={t('alert.card')}>
          <a className="mono" href={hrefOf({ screen: 'card', cardId: event.cardId })}>
            {shownId(event.cardId)}
          </a>
        </Fact>
      )}
      <Fact name={t('alert.amount')}>{event.amountCents === null ? null : formatMoney(event.amountCents)}</Fact>
      <Fact name={t('alert.place')}>{wordSchema.parse(facts.point_of_sale)}</Fact>
      <Fact name={t('alert.device')}>{wordSchema.parse(facts.device_identifier)}</Fact>
      <Fact name={t('cause.title')}>{causeText(facts.common_cause) ?? causeText(facts.flood_cause)}</Fact>
      <Fact name={t('alert.reasons')}>{reasons.length === 0 ? null : reasons.join(', ')}</Fact>
      <Fact name={t('alert.occurred')}>
        <Time at={event.occurredAt} seconds />
      </Fact>
      {event.committedAt !== null && (
        <Fact name={t('alert.committed')}>
          <Time at={event.committedAt} seconds />
        </Fact>
      )}
      <Fact name={t('alert.detected')}>
        <Time at={event.detectedAt} seconds /> (<Age at={event.detectedAt} />)
      </Fact>
      <Fact name={t('alert.shown')}>
        {event.shownAt === null ? t('alert.notShown') : <Time at={event.shownAt} seconds />}
      </Fact>
    </dl>
  );
};

const Fact = ({ name, children }: { name: string; children: ReactNode }) =>
  children === null ? null : (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
