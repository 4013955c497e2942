import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditVerdict } from '../../../shared/contract/audit.ts';
import type { RegieError } from '../../../shared/contract/errors.ts';
import { call } from '../../bridge.ts';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { AcceptAudit } from './accept-audit.tsx';

/** Whether anybody has changed what was written about who did what. */
export const AuditPanel = () => {
  const { t } = useTranslation();
  const lostAt = useSystem((state) => state.status?.auditLostAt ?? null);
  const [verdict, setVerdict] = useState<AuditVerdict | RegieError | 'verifying' | null>(null);
  const verify = async () => {
    setVerdict('verifying');
    const answer = await call('audit.verify', {});
    setVerdict(answer.ok ? answer.value : answer.error);
  };
  return (
    <section className="panel stack" aria-labelledby="audit">
      <h2 id="audit">{t('settings.audit')}</h2>
      <p className="quiet">{t('settings.auditText')}</p>
      <div>
        <Button disabled={verdict === 'verifying'} onClick={() => void verify()}>
          {t(verdict === 'verifying' ? 'settings.auditVerifying' : 'settings.auditVerify')}
        </Button>
      </div>
      <div role="status">
        {verdict !== null && verdict !== 'verifying' && 'code' in verdict && <p>{errorSentence(verdict)}</p>}
        {verdict !== null && verdict !== 'verifying' && 'ok' in verdict && <Verdict verdict={verdict} />}
      </div>
      {lostAt !== null && <AcceptAudit lostAt={lostAt} />}
    </section>
  );
};

const Verdict = ({ verdict }: { verdict: AuditVerdict }) => {
  const { t } = useTranslation();
  if (verdict.ok) {
    return (
      <>
        <p>{t('settings.auditOk', { rows: verdict.rows, time: formatTime(verdict.at) })}</p>
        <p className="quiet">
          {t('settings.auditHead', { seq: verdict.head.seq })} <code className="mono">{verdict.head.hash}</code>
        </p>
      </>
    );
  }
  const { row } = verdict;
  return (
    <>
      <p className="field-error">
        {t(`settings.auditBroken_${verdict.what}`, { seq: verdict.seq, by: verdict.by ?? '' })}
      </p>
      {row !== null && (
        <p>
          {formatTime(row.at, { seconds: true })} · {row.actor} ({row.laptop}) · {row.action} {row.subject}
        </p>
      )}
      <p className="quiet">{t('settings.auditBefore', { rows: verdict.rows })}</p>
    </>
  );
};
