import { useTranslation } from 'react-i18next';
import type { LogFilter } from '../../../shared/contract/log.ts';
import { formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { useSystem } from '../../stores/system.ts';
import { queryOf } from './filter.ts';

/** What others wrote since the shift of who is signed in was handed over. */
export const Unread = ({ filter }: { filter: LogFilter }) => {
  const operator = useSystem((state) => state.session?.operator ?? null);
  const handovers = useCall('handover.get', {}).data?.handovers ?? [];
  const ended = handovers.flatMap(({ from, acceptedAt }) =>
    from === operator && acceptedAt !== null ? acceptedAt : [],
  );
  const since = ended.sort().at(-1);
  return since === undefined ? null : <UnreadSince filter={filter} since={since} />;
};

const UnreadSince = ({ filter, since }: { filter: LogFilter; since: string }) => {
  const { t } = useTranslation();
  const count = useCall('log.unread', { since }).data?.count ?? 0;
  if (filter.since !== null) return <a href={queryOf({ ...filter, since: null })}>{t('log.showAll')}</a>;
  if (count === 0) return null;
  return <a href={queryOf({ ...filter, since })}>{t('log.unread', { count, time: formatTime(since) })}</a>;
};
