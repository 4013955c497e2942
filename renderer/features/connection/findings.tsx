import { useTranslation } from 'react-i18next';
import type { DoctorFinding } from '../../../shared/contract/connection.ts';
import './connection.css';

const MARKS = { ok: '✓', info: 'i', warning: '!', error: '✕' } as const;

/** What the doctor says, a line a finding, with what to do. */
export const Findings = ({ findings }: { findings: readonly DoctorFinding[] }) => {
  const { t } = useTranslation();
  return (
    <div role="status">
      <h3>{t('settings.findings')}</h3>
      <ul className="findings">
        {findings.map((finding) => (
          <li key={`${finding.code}/${JSON.stringify(finding.params)}`} className={`finding finding-${finding.level}`}>
            <strong>
              {MARKS[finding.level]} {t(`settings.level_${finding.level}`)}
            </strong>
            <span>{t(`doctor.${finding.code}`, finding.params)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
};
