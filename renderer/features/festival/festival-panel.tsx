import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../shared/contract/session.ts';
import {
  type FestivalSettings,
  MAX_APPROVAL_LIMIT,
  MAX_FESTIVAL_NAME,
} from '../../../shared/domain/festival-settings.ts';
import type { Language } from '../../../shared/domain/language.ts';
import type { Cents } from '../../../shared/domain/money.ts';
import { festivalInstant } from '../../clock.ts';
import { submit } from '../../commands.ts';
import { formatAmount, formatMoney, formatTime, formatTimeIn, i18n } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { MoneyField } from '../../ui/money-field.tsx';
import { readMoney } from '../../ui/read-money.ts';
import { CommandButton } from '../operators/command-button.tsx';
import { useRefusal } from '../operators/use-may.ts';
import './festival.css';

const LIMITS = ['limit', 'cardDayLimit', 'operatorDayLimit'] as const;
type Limit = (typeof LIMITS)[number];

/** As it is edited: the limits as they are typed, and the version that was seen when somebody began. */
type Draft = Pick<FestivalSettings, 'name' | 'timeZone' | 'language'> & {
  readonly base: number;
} & Readonly<Record<Limit, string>>;

const draftOf = ({ version, name, timeZone, language, ...limits }: FestivalSettings): Draft => ({
  ...{ base: version, name, timeZone, language },
  limit: formatAmount(limits.approvalLimitCents),
  cardDayLimit: formatAmount(limits.cardDayLimitCents),
  operatorDayLimit: formatAmount(limits.operatorDayLimitCents),
});

const suggestion = ({ festival: { settings }, timeZone }: Session): Draft => ({
  ...draftOf(settings),
  timeZone: settings.timeZone ?? timeZone,
  language: settings.language ?? (i18n.language === 'fr' ? 'fr' : 'en'),
});

/** What was typed, as a limit that the festival takes; null where it is none. */
const readLimit = (typed: string): Cents | null => {
  const amount = readMoney(typed, i18n.language === 'fr' ? 'fr' : 'en');
  return amount !== null && amount >= 0 && amount <= MAX_APPROVAL_LIMIT ? amount : null;
};

/**
 * What holds for the whole festival: its name, time zone and language, or the limits above which a second person approves.
 * Both are one version of the settings, and saved as one.
 */
export const FestivalPanel = (props: {
  session: Session;
  part: 'festival' | 'money';
  /** What nobody has set yet is proposed: this laptop's zone, and the language of this screen. */
  suggests?: boolean;
}) => {
  const { session, part } = props;
  const { t } = useTranslation();
  const { settings } = session.festival;
  const mayNot = useRefusal('festival.set');
  const [edited, setEdited] = useState<Draft | null>(() => (props.suggests ? suggestion(session) : null));
  const [sending, setSending] = useState(false);
  const draft = edited ?? draftOf(settings);
  const change = (some: Partial<Draft>) => setEdited({ ...draft, ...some });
  const [approvalLimitCents, cardDayLimitCents, operatorDayLimitCents] = [
    readLimit(draft.limit),
    readLimit(draft.cardDayLimit),
    readLimit(draft.operatorDayLimit),
  ];
  const readable = approvalLimitCents !== null && cardDayLimitCents !== null && operatorDayLimitCents !== null;
  const save = async () => {
    if (!readable) return;
    const { base, name, timeZone, language } = draft;
    setSending(true);
    const outcome = await submit('festival.set', {
      ...{ base, name, timeZone, language, approvalLimitCents, cardDayLimitCents, operatorDayLimitCents },
    });
    setSending(false);
    if (outcome !== null) setEdited(null);
  };
  return (
    <section className="panel stack" aria-labelledby={part}>
      <h2 id={part}>{t(part === 'festival' ? 'festival.title' : 'festival.money')}</h2>
      <p className="quiet">{t('festival.text')}</p>
      {settings.changedBy !== null && settings.changedAt !== null && (
        <p>
          {t('festival.savedBy', {
            ...{ version: settings.version, name: settings.changedBy },
            time: formatTime(settings.changedAt),
          })}
        </p>
      )}
      {mayNot !== undefined && <p>{mayNot}</p>}
      <fieldset className="festival-fields" disabled={mayNot !== undefined}>
        {part === 'festival' ? (
          <SiteFields session={session} draft={draft} change={change} />
        ) : (
          <LimitFields draft={draft} change={change} />
        )}
      </fieldset>
      {edited !== null && settings.version > edited.base && (
        <p role="alert">{t('festival.changedMeanwhile', { name: settings.changedBy ?? '–' })}</p>
      )}
      <div className="row">
        <CommandButton
          needs="festival.set"
          tone="primary"
          disabled={sending || edited === null || !readable}
          onClick={() => void save()}
        >
          {t('common.save')}
        </CommandButton>
        {edited !== null && <Button onClick={() => setEdited(null)}>{t('common.cancel')}</Button>}
      </div>
    </section>
  );
};

/** What the choice means: the time in that zone, or that laptops may differ. */
const ZoneHint = ({ chosen, own, unset }: { chosen: string | null; own: string; unset: boolean }) => {
  const { t } = useTranslation();
  if (chosen !== null) {
    return <p className="field-hint">{t('festival.timeZoneNow', { time: formatTimeIn(chosen, festivalInstant()) })}</p>;
  }
  return unset ? <p className="field-hint">{t('festival.timeZoneOwn', { zone: own })}</p> : null;
};

/** Every zone by name; UTC and a name that the festival has from another list are not in this browser's. */
const zones = (chosen: string | null): readonly string[] => [
  ...new Set([...(chosen === null ? [] : [chosen]), ...Intl.supportedValuesOf('timeZone'), 'UTC']),
];

type FieldsProps = { draft: Draft; change: (some: Partial<Draft>) => void };

const SiteFields = ({ session, draft, change }: FieldsProps & { session: Session }) => {
  const { t } = useTranslation();
  const { address, settings } = session.festival;
  return (
    <>
      <Field
        label={t('festival.name')}
        hint={address === '' ? t('festival.nameHintTraining') : t('festival.nameHint', { name: address })}
        value={draft.name}
        maxLength={MAX_FESTIVAL_NAME}
        onChange={(event) => change({ name: event.target.value })}
      />
      <div className="festival-zone">
        <Choice
          label={t('festival.timeZone')}
          value={draft.timeZone ?? ''}
          options={[
            { value: '', label: t('festival.timeZoneNone') },
            ...zones(draft.timeZone).map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
          ]}
          onChange={(zone) => change({ timeZone: zone === '' ? null : zone })}
        />
        <ZoneHint chosen={draft.timeZone} own={session.timeZone} unset={settings.timeZone === null} />
      </div>
      <Choice<Language | ''>
        label={t('festival.language')}
        value={draft.language ?? ''}
        options={[
          { value: '', label: t('festival.languageNone') },
          { value: 'en', label: 'English' },
          { value: 'fr', label: 'Français' },
        ]}
        onChange={(language) => change({ language: language === '' ? null : language })}
      />
    </>
  );
};

const LimitFields = ({ draft, change }: FieldsProps) => {
  const { t } = useTranslation();
  return LIMITS.map((name) => (
    <MoneyField
      key={name}
      label={t(`festival.${name}`)}
      hint={t(`festival.${name}Hint`)}
      error={
        readLimit(draft[name]) === null ? t('festival.limitError', { max: formatMoney(MAX_APPROVAL_LIMIT) }) : undefined
      }
      value={draft[name]}
      onChange={(typed) => change({ [name]: typed })}
    />
  ));
};
