import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { mayCall } from '../../shared/contract/rights.ts';
import { usePasswordAsked } from '../features/connection/use-password-asked.ts';
import { usePersonalNotices } from '../features/operators/personal-notices.tsx';
import { useCall } from '../query.ts';
import { useSystem } from '../stores/system.ts';
import { Button } from '../ui/button.tsx';
import { Popover } from '../ui/popover.tsx';
import {
  connectionNotices,
  highLoadNotices,
  laptopNotices,
  linkNotices,
  type Notice,
  otherLaptopsNotices,
  stoppedNotices,
  undecidedNotices,
  watchNotices,
} from './notices.tsx';

/** Everything that holds for the whole screen, the worst first. */
const useNotices = (): readonly Notice[] => {
  // Texts follow the language.
  useTranslation();
  const connection = useSystem((state) => state.connection);
  const status = useSystem((state) => state.status);
  const passwordAsked = usePasswordAsked();
  const personal = usePersonalNotices();
  const { data: load } = useCall('database.highLoad', {});
  const role = useSystem((state) => state.session?.role ?? null);
  if (status === null) return [...connectionNotices(connection), ...personal];
  const all = [
    ...connectionNotices(connection),
    ...stoppedNotices(status),
    ...linkNotices(status, passwordAsked),
    ...watchNotices(status),
    ...laptopNotices(status),
    ...otherLaptopsNotices(status),
    ...undecidedNotices(status),
    ...highLoadNotices(load?.load ?? null, role !== null && mayCall(role, 'database.setHighLoad')),
    ...personal,
  ];
  return (['bad', 'warn', 'plain'] as const).flatMap((tone) => all.filter((notice) => notice.tone === tone));
};

/** One line, quiet and unmistakable: the worst of what holds for the screen, and how much more there is. */
export const Banners = memo(() => {
  const { t } = useTranslation();
  const [worst, ...others] = useNotices();
  const asked = new Set(others.flatMap(({ asks }) => asks ?? []));
  const more = others.length > 0 && (
    <Popover
      title={t('common.alsoTitle')}
      align="end"
      width={560}
      trigger={
        <Button aria-label={[t('common.also', { count: others.length }), ...asked].join(' · ')}>
          {[`+${others.length}`, ...asked].join(' · ')}
        </Button>
      }
    >
      {others.map((notice) => (
        <Line key={notice.id} notice={notice} />
      ))}
    </Popover>
  );
  return (
    <>
      <div role="alert" aria-live="assertive">
        {worst?.tone === 'bad' && <Line notice={worst}>{more}</Line>}
      </div>
      <div role="status" aria-live="polite">
        {worst !== undefined && worst.tone !== 'bad' && <Line notice={worst}>{more}</Line>}
      </div>
    </>
  );
});

const ICONS = { bad: CircleAlert, warn: TriangleAlert, plain: Info } as const;

const Line = ({ notice, children }: { notice: Notice; children?: React.ReactNode }) => {
  const { tone, text, actions } = notice;
  const Icon = ICONS[tone];
  return (
    <div className={`banner banner-${tone}`}>
      <Icon size={16} aria-hidden="true" />
      <p className="banner-text">{text}</p>
      {actions && <div className="banner-actions row">{actions}</div>}
      {children}
    </div>
  );
};
