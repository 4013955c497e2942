import { useTranslation } from 'react-i18next';
import { hrefOf } from '../../routes.ts';
import { usePending, useProposals } from './use-proposals.ts';

/** On the board: somebody asks for a second person. */
export const ApprovalBanner = () => {
  const { t } = useTranslation();
  const pending = usePending(useProposals());
  const [first] = pending;
  return (
    <div role="status">
      {first !== undefined && (
        <p className="banner banner-warn">
          {t('proposals.banner', { count: pending.length, name: first.author })}{' '}
          <a href={hrefOf({ screen: 'approvals' })}>{t('proposals.review')}</a>
        </p>
      )}
    </div>
  );
};
