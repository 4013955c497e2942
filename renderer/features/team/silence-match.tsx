import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import type { Silence } from '../../../shared/domain/silence.ts';
import { devicesOf, MONEY_DETECTORS } from '../../../shared/domain/silence.ts';
import { detectorTexts } from '../../../shared/i18n/detectors.ts';
import { i18n } from '../../i18n.ts';
import { detectorName } from '../../sentence.ts';
import { shownId } from '../../shown-id.ts';
import { Choice, Field } from '../../ui/field.tsx';
import './team.css';

export type Match = Pick<Silence, 'algorithm' | 'device' | 'cardId'>;
type Offer = { readonly match: Match; readonly words: string };

/** What of an alert can be silenced: its kind, its one reader, its card, or several of them together. */
export const matchesOf = (event: AlertEvent): readonly Offer[] => {
  const { algorithm, cardId } = event;
  const [device, another] = devicesOf(event);
  const name = detectorName(algorithm);
  const none: Match = { algorithm: null, device: null, cardId: null };
  const ofDevice: readonly Offer[] =
    device === undefined || another !== undefined
      ? []
      : [
          { match: { ...none, algorithm, device }, words: i18n.t('team.what_kindDevice', { device }) },
          { match: { ...none, device }, words: i18n.t('team.what_device', { device }) },
        ];
  const ofCard: readonly Offer[] =
    cardId === null
      ? []
      : [
          { match: { ...none, algorithm, cardId }, words: i18n.t('team.what_kindCard', { card: shownId(cardId) }) },
          { match: { ...none, cardId }, words: i18n.t('team.what_card', { card: shownId(cardId) }) },
        ];
  return [{ match: { ...none, algorithm }, words: i18n.t('team.what_kind', { name }) }, ...ofDevice, ...ofCard];
};

export const MatchOfAlert = (props: { offered: readonly Offer[]; onChange: (match: Match) => void }) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState('0');
  return (
    <Choice
      label={t('team.what')}
      value={chosen}
      options={props.offered.map(({ words }, index) => ({ value: String(index), label: words }))}
      onChange={(value) => {
        setChosen(value);
        const offer = props.offered[Number(value)];
        if (offer !== undefined) props.onChange(offer.match);
      }}
    />
  );
};

/** Detectors that somebody may silence: those with a name, except what is always about money. */
const KINDS = Object.entries(detectorTexts.en).flatMap(([algorithm, texts]) =>
  typeof texts === 'object' && 'sentence' in texts && algorithm !== 'other' && !MONEY_DETECTORS.includes(algorithm)
    ? [algorithm]
    : [],
);

export const MatchOf = (props: { match: Match; onChange: (some: Partial<Match>) => void }) => {
  const { t } = useTranslation();
  const { match, onChange } = props;
  const orNull = (typed: string): string | null => (typed.trim() === '' ? null : typed);
  return (
    <>
      <Choice
        label={t('team.kind')}
        value={match.algorithm ?? ''}
        options={[
          { value: '', label: t('team.anyKind') },
          ...KINDS.map((algorithm) => ({ value: algorithm, label: detectorName(algorithm) })),
        ]}
        onChange={(value) => onChange({ algorithm: orNull(value) })}
      />
      <div className="silence-pair">
        <Field
          label={t('team.device')}
          value={match.device ?? ''}
          maxLength={200}
          onChange={(event) => onChange({ device: orNull(event.target.value) })}
        />
        <Field
          label={t('team.card')}
          value={match.cardId ?? ''}
          maxLength={200}
          onChange={(event) => onChange({ cardId: orNull(event.target.value) })}
        />
      </div>
    </>
  );
};
