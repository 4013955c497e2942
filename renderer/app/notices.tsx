import type { ReactNode } from 'react';
import { hasLost } from '../../shared/contract/database-break.ts';
import type { SystemStatus } from '../../shared/contract/status.ts';
import { type HighLoad, offersHighLoad } from '../../shared/domain/high-load.ts';
import { type Connection, call } from '../bridge.ts';
import { callSigned, submit } from '../commands.ts';
import { errorSentence, formatSpan, formatTime, i18n } from '../i18n.ts';
import { hrefOf } from '../routes.ts';
import { useUi } from '../stores/ui.ts';
import { Button } from '../ui/button.tsx';

/** Something that holds for the whole screen. Red: what it shows is not of this moment, or nobody is told. */
export type Notice = {
  readonly id: string;
  readonly tone: 'bad' | 'warn' | 'plain';
  readonly text: string;
  readonly actions?: ReactNode;
  /** What it asks somebody to do, in two words: they stay in sight where another one has the line. */
  readonly asks?: string;
};

const seconds = (instant: string): string => formatTime(instant, { seconds: true });
const reasonOf = ({ link }: SystemStatus): string =>
  link.reason !== null && i18n.exists(`doctor.${link.reason}`) ? i18n.t(`doctor.${link.reason}`) : '';
const Retry = () => <Button onClick={() => void call('link.retry', {})}>{i18n.t('common.tryNow')}</Button>;
const ToSettings = () => (
  <a href={hrefOf({ screen: 'settings', section: 'connection' })}>{i18n.t('settings.openSettings')}</a>
);

/** Between this page and its core. */
export const connectionNotices = (connection: Connection): readonly Notice[] => {
  if (connection === 'refused') return [{ id: 'refused', tone: 'bad', text: i18n.t('common.notLetIn') }];
  return connection === 'lost' ? [{ id: 'lost', tone: 'bad', text: i18n.t('common.disconnected') }] : [];
};

/** Somebody wants nothing to be detected. */
export const stoppedNotices = ({ stopped }: SystemStatus): readonly Notice[] =>
  stopped === null
    ? []
    : [
        {
          ...{ id: 'stopped', tone: 'bad' },
          text: [
            i18n.t('common.stoppedBy', { name: stopped.by, time: seconds(stopped.at) }),
            i18n.t('common.stoppedMeans', { laptop: stopped.on, reason: stopped.reason }),
          ].join(' '),
          actions: (
            <Button onClick={() => void submit('monitoring.restart', {}, { done: null })}>
              {i18n.t('runbook.do_restart_monitoring')}
            </Button>
          ),
        },
      ];

/** What is known to keep canaries away from this screen. */
const whyBlind = ({ link, engine }: SystemStatus): string => {
  if (link.state === 'offline') return i18n.t('common.blindWhy_offline');
  if (engine.state === 'breaker_open' || engine.breaker.state === 'open') return i18n.t('common.blindWhy_breaker');
  return i18n.t(engine.leader === null ? 'common.blindWhy_nobody' : 'common.blindWhy_unknown');
};

/** A screen that no probe of our own reaches may look calm while the festival burns. */
export const watchNotices = (status: SystemStatus): readonly Notice[] => {
  const { canary, auditLostAt } = status;
  return [
    ...databaseNotices(status),
    ...(canary.blindSince === null
      ? []
      : [
          {
            ...{ id: 'blind', tone: 'bad' as const },
            text: i18n.t('common.blindBanner', { time: formatTime(canary.blindSince), why: whyBlind(status) }),
          },
        ]),
    ...(auditLostAt === null
      ? []
      : [
          {
            ...{ id: 'audit', tone: 'bad' as const },
            text: i18n.t('common.auditLost', { time: formatTime(auditLostAt) }),
          },
        ]),
  ];
};

/** The database is another or an older one: what that means, until somebody has read it. */
const databaseNotices = ({ databaseBreak }: SystemStatus): readonly Notice[] => {
  if (databaseBreak === null) return [];
  const { at, kind, lost } = databaseBreak;
  const isLost = hasLost(databaseBreak);
  const isBad = isLost || kind === 'other_festival';
  return [
    {
      ...{ id: 'database', tone: isBad ? ('bad' as const) : ('plain' as const) },
      text: [
        i18n.t(`common.database_${kind}`, { time: formatTime(at) }),
        ...(lost.commands > 0 ? [i18n.t('common.databaseLostActions', { count: lost.commands })] : []),
        ...(isLost && lost.commands === 0 ? [i18n.t('common.databaseLostNothingHere')] : []),
        ...(isLost ? [i18n.t('common.databaseLostRest')] : []),
        ...(isBad ? [] : [i18n.t('common.databaseNothingLost')]),
      ].join(' '),
      actions: (
        <>
          {lost.commands > 0 && <a href={hrefOf({ screen: 'waiting' })}>{i18n.t('common.databaseToOutbox')}</a>}{' '}
          <Button onClick={() => void callSigned('databaseBreak.understood', {})}>
            {i18n.t('waiting.understood')}
          </Button>
        </>
      ),
    },
  ];
};

export const otherLaptopsNotices = ({ canary }: SystemStatus): readonly Notice[] =>
  canary.others.map(({ laptop, blindSince }) => ({
    ...{ id: `blind ${laptop}`, tone: 'bad' },
    text: i18n.t('common.blindOther', { laptop, time: formatTime(blindSince) }),
  }));

/** Between the core and the festival's database. */
export const linkNotices = (status: SystemStatus, passwordAsked: boolean): readonly Notice[] => {
  const { link, failure } = status;
  if (failure !== null) {
    return [
      {
        ...{ id: 'failure', tone: 'bad', text: errorSentence(failure) },
        actions: (
          <>
            <ToSettings /> <Retry />
          </>
        ),
      },
    ];
  }
  switch (link.state) {
    case 'offline': {
      const since = seconds(link.since);
      const banner =
        link.knownUpTo === null
          ? i18n.t('common.offlineBannerEmpty', { since })
          : i18n.t('common.offlineBanner', { since, known: seconds(link.knownUpTo) });
      return [
        {
          ...{ id: 'offline', tone: 'bad' },
          text: `${banner} ${reasonOf(status)}`.trim(),
          actions: (
            <>
              {link.knownUpTo === null && <ToSettings />}
              {passwordAsked && (
                <Button onClick={() => useUi.setState({ passwordLater: false })}>
                  {i18n.t('settings.passwordEnter')}
                </Button>
              )}
              <Retry />
            </>
          ),
        },
      ];
    }
    case 'degraded':
      return [{ id: 'degraded', tone: 'warn', text: i18n.t('common.degradedBanner', { since: seconds(link.since) }) }];
    case 'online':
      return link.reason === null
        ? []
        : [{ id: 'setup', tone: 'bad', text: `${i18n.t('common.setupBanner')} ${reasonOf(status)}`.trim() }];
    case 'connecting':
      return [];
  }
};

/** The whole festival works at high load, or is offered to whoever may switch it. */
export const highLoadNotices = (load: HighLoad | null, mayStart: boolean): readonly Notice[] => {
  if (load === null) return [];
  const toDatabase = <a href={hrefOf({ screen: 'database', section: 'now' })}>{i18n.t('database.title')}</a>;
  if (load.until !== null) {
    const text = i18n.t('database.loadOn', { time: formatTime(load.until), name: load.setBy ?? '–' });
    return [{ ...{ id: 'load', tone: 'plain' as const, text }, actions: toDatabase }];
  }
  return mayStart && offersHighLoad(load)
    ? [{ ...{ id: 'load offer', tone: 'warn' as const, text: i18n.t('database.loadOffer') }, actions: toDatabase }]
    : [];
};

/** What somebody has to decide. */
export const undecidedNotices = ({ undecided }: SystemStatus): readonly Notice[] =>
  undecided === 0
    ? []
    : [
        {
          ...{ id: 'undecided', tone: 'warn', text: '', asks: i18n.t('waiting.undecided', { count: undecided }) },
          actions: <a href={hrefOf({ screen: 'waiting' })}>{i18n.t('waiting.undecided', { count: undecided })}</a>,
        },
      ];

/** This laptop: its disk, full or with files that were damaged, and its clock. */
export const laptopNotices = ({ disk, clockSetByMs }: SystemStatus): readonly Notice[] => [
  ...(disk.full ? [{ id: 'disk', tone: 'bad' as const, text: i18n.t('errors.disk_full') }] : []),
  ...(clockSetByMs === 0
    ? []
    : [
        {
          ...{ id: 'clock', tone: 'warn' as const },
          text: i18n.t(clockSetByMs > 0 ? 'common.clockSet_forward' : 'common.clockSet_back', {
            by: formatSpan(Math.abs(clockSetByMs)),
          }),
        },
      ]),
  ...disk.findings.map((one) => ({
    ...{ id: one.movedTo, tone: 'warn' as const, asks: i18n.t('common.damagedAsks') },
    text: [
      i18n.t(`common.damaged_${one.file}`, { time: formatTime(one.at) }),
      i18n.t(one.whole ? 'common.damagedWhole' : 'common.damagedPartly', {
        ...{ rows: one.salvaged, backup: one.fromBackup, refused: one.refused },
      }),
      one.movedTo,
    ].join(' '),
    actions: <Button onClick={() => void callSigned('disk.acknowledge', {})}>{i18n.t('common.dismiss')}</Button>,
  })),
];
