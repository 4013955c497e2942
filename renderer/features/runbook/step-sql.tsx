import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';

/** The statement of a query step, for whoever wants to see what was asked, or to ask it elsewhere. */
export const StepSql = ({ sql }: { sql: string }) => {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <details>
      <summary>{t('runbook.showSql')}</summary>
      <pre className="runbook-sql mono">{sql}</pre>
      <Button onClick={() => void navigator.clipboard.writeText(sql).then(() => setCopied(true))}>
        {t(copied ? 'runbook.sqlCopied' : 'runbook.copySql')}
      </Button>
    </details>
  );
};
