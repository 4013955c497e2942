import { useTranslation } from 'react-i18next';
import type { Severity } from '../../shared/domain/severity.ts';
import './severity-mark.css';

/** Each severity has a shape of its own: colour is never the only sign. */
const SHAPES: Readonly<Record<Severity, string>> = {
  CRITICAL: 'M8 1 15 15H1Z',
  HIGH: 'M8 1 15 8 8 15 1 8Z',
  MEDIUM: 'M2 2H14V14H2Z',
  LOW: 'M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1Z',
  INFO: 'M2 7H14V9H2Z',
};

/** How severe something is: a filled badge with its shape and its word. */
export const SeverityMark = ({ severity }: { severity: Severity }) => {
  const { t } = useTranslation();
  return (
    <span className={`severity severity-${severity.toLowerCase()}`}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={SHAPES[severity]} fill="currentColor" />
      </svg>
      {t(`board.${severity}`)}
    </span>
  );
};
