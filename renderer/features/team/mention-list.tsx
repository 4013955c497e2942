import { useTranslation } from 'react-i18next';
import { submit } from '../../commands.ts';
import { hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Age } from '../../ui/time.tsx';
import { routeOfMention } from './mention-route.ts';
import { MentionText } from './mention-text.tsx';
import { useTeam } from './use-team.ts';

/** Notes that name who is signed in; the unread ones stand out until they are read. */
export const MentionList = ({ unreadOnly = false }: { unreadOnly?: boolean }) => {
  const { t } = useTranslation();
  const mentions = useTeam().mentions;
  const operator = useSystem((state) => state.session?.operator ?? '');
  const unread = mentions.filter(({ readAt }) => readAt === null).map(({ operationId }) => operationId);
  const shown = unreadOnly ? mentions.filter(({ readAt }) => readAt === null) : mentions;
  const read = (notes: string[]) => void submit('mention.read', { notes }, { done: null });
  if (mentions.length === 0) return <p className="quiet">{t('team.noMentions')}</p>;
  return (
    <>
      <ul className="stack">
        {shown.map((one) => (
          <li key={one.operationId} className={one.readAt === null ? 'mention mention-unread' : 'mention'}>
            <p>
              <strong>{one.author}</strong>{' '}
              <span className="quiet">
                {one.laptop} · <Age at={one.at} />
              </span>
            </p>
            <p className="timeline-text">
              <MentionText text={one.words} names={[operator]} />
            </p>
            <div className="row">
              <a
                href={hrefOf(routeOfMention(one.eventId, operator))}
                onClick={() => one.readAt === null && read([one.operationId])}
              >
                {t(one.eventId === null ? 'log.show' : 'waiting.openAlert')}
              </a>
              {one.readAt === null && <Button onClick={() => read([one.operationId])}>{t('team.markRead')}</Button>}
            </div>
          </li>
        ))}
      </ul>
      {unread.length > 1 && <Button onClick={() => read(unread)}>{t('team.allRead')}</Button>}
    </>
  );
};
