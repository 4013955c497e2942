import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v7 as uuid } from 'uuid';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { Handover } from '../../../shared/domain/handover.ts';
import { festivalNow } from '../../clock.ts';
import { submit } from '../../commands.ts';
import { FloodList } from '../../features/alert/flood-list.tsx';
import { FollowUpList } from '../../features/log/follow-ups.tsx';
import { LoggedSince } from '../../features/log/logged-since.tsx';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { SilenceList } from '../../features/team/silences-panel.tsx';
import { formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { useSystem } from '../../stores/system.ts';
import { TextField } from '../../ui/field.tsx';
import { AlertList, Decisions, UnreadMentions, WaitingActions } from './lists.tsx';

/** One screen for the end of a shift and the beginning of the next. */
export const HandoverScreen = () => {
  const { t } = useTranslation();
  const view = useCall('handover.get', {}).data ?? null;
  const floods = useCall('alarmQuality.get', {}).data?.floods ?? [];
  const operator = useSystem((state) => state.session?.operator ?? '');
  const byId = useAlerts((state) => state.byId);
  const open = [...(byId?.values() ?? [])].filter((alert) => alert.open);
  const mine = ({ lead }: Alert): boolean => (lead.takenBy ?? lead.acknowledgedBy) === operator;
  const offers = view?.handovers.filter((one) => one.acceptedAt === null && one.endedAt === null) ?? [];
  const ended = view?.handovers.filter((one) => one.acceptedAt !== null || one.endedAt !== null) ?? [];
  return (
    <div className="screen stack">
      <h1>{t('handover.title')}</h1>
      <p className="quiet">{t('handover.text')}</p>
      {offers.map((offer) => (
        <Offer key={offer.handoverId} offer={offer} alerts={open} operator={operator} />
      ))}
      <section className="panel stack" aria-labelledby="handover-yours">
        <h2 id="handover-yours">{t('handover.yours')}</h2>
        <AlertList alerts={open.filter(mine)} empty={t('handover.nothingYours')} />
        <h3>{t('handover.others')}</h3>
        <AlertList alerts={open.filter((alert) => !mine(alert))} empty={t('handover.noOthers')} />
        <h3>{t('team.silences')}</h3>
        <SilenceList />
        <UnreadMentions />
        <WaitingActions />
        <Decisions view={view} />
        <h3>{t('alarmQuality.floodsTitle')}</h3>
        <FloodList
          floods={floods.filter(({ endedAt }) => endedAt === null || endedAt > lastAccepted(ended))}
          empty={t('handover.noFloods')}
        />
        <h3>{t('log.stillAsked')}</h3>
        <FollowUpList />
        <h3>{t('log.since')}</h3>
        <LoggedSince since={lastAccepted(ended)} />
        {!offers.some(({ from }) => from === operator) && <MakeOffer />}
      </section>
      <section className="panel stack" aria-labelledby="handover-last">
        <h2 id="handover-last">{t('handover.last')}</h2>
        {ended.length === 0 && <p className="quiet">{t('handover.noLast')}</p>}
        <ul className="stack">
          {ended.map((one) => (
            <Signed key={one.handoverId} handover={one} />
          ))}
        </ul>
      </section>
    </div>
  );
};

/** When the last shift was handed over; a day ago where none was. */
const lastAccepted = (handovers: readonly Handover[]): string =>
  handovers.find(({ acceptedAt }) => acceptedAt !== null)?.offeredAt ??
  new Date(festivalNow() - 86_400_000).toISOString();

/** An earlier handover with both signatures: who gave it where and when, and who took it. */
const Signed = ({ handover }: { handover: Handover }) => {
  const { t } = useTranslation();
  const { from, laptop, offeredAt, acceptedAt, acceptedBy, acceptedOn, note } = handover;
  return (
    <li>
      {acceptedAt === null
        ? t('handover.lastEnded', { from, time: formatTime(offeredAt) })
        : t('handover.lastAccepted', { from, to: acceptedBy, time: formatTime(acceptedAt) })}
      <p className="quiet">
        {t('handover.signedOffered', { name: from, laptop, time: formatTime(offeredAt, { seconds: true }) })}
        {acceptedAt !== null &&
          ` · ${t('handover.signedAccepted', {
            name: acceptedBy,
            laptop: acceptedOn ?? '–',
            time: formatTime(acceptedAt, { seconds: true }),
          })}`}
      </p>
      {note !== '' && <p>{note}</p>}
    </li>
  );
};

const Offer = (props: { offer: Handover; alerts: readonly Alert[]; operator: string }) => {
  const { t } = useTranslation();
  const { offer, alerts, operator } = props;
  const { handoverId } = offer;
  const own = offer.from === operator;
  const act = async (name: 'handover.accept' | 'handover.withdraw') => {
    await submit(name, { handoverId }, { done: name === 'handover.accept' ? t('handover.accepted') : null });
  };
  return (
    <section
      className="panel stack"
      aria-label={`${t('common.label', { label: t('handover.offered') })} ${offer.from}`}
    >
      <h2>{t('handover.offered')}</h2>
      <p>
        {t('handover.offeredBy', {
          name: offer.from,
          laptop: offer.laptop,
          time: formatTime(offer.offeredAt),
          until: formatTime(offer.expiresAt),
        })}
      </p>
      <p>{offer.note === '' ? t('handover.noNote') : offer.note}</p>
      <AlertList
        alerts={alerts.filter(({ incidentId }) => offer.incidents.includes(incidentId))}
        empty={t('handover.noOthers')}
      />
      <h3>{t('team.silences')}</h3>
      <SilenceList />
      {own && <p className="quiet">{t('handover.ownOffer')}</p>}
      <div>
        {own ? (
          <CommandButton needs="handover.withdraw" onClick={() => void act('handover.withdraw')}>
            {t('handover.withdraw')}
          </CommandButton>
        ) : (
          <CommandButton needs="handover.accept" tone="primary" large onClick={() => void act('handover.accept')}>
            {t('handover.accept')}
          </CommandButton>
        )}
      </div>
    </section>
  );
};

const MakeOffer = () => {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  // One id for this offer: pressing twice cannot offer twice.
  const [handoverId, setHandoverId] = useState(() => uuid());
  const offer = async () => {
    const outcome = await submit('handover.offer', { handoverId, note }, { done: t('handover.offerDone') });
    if (outcome === null) return;
    setNote('');
    setHandoverId(uuid());
  };
  return (
    <>
      <TextField label={t('handover.note')} value={note} maxLength={4_000} onChange={(e) => setNote(e.target.value)} />
      <div>
        <CommandButton needs="handover.offer" tone="primary" onClick={() => void offer()}>
          {t('handover.offer')}
        </CommandButton>
      </div>
    </>
  );
};
