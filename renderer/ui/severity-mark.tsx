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

export const SeverityMark = ({ severity, blinking = false }: { severity: Severity; blinking?: boolean }) => {
  const { t } = useTranslation();
  return (
    <span className={`severity severity-${severity.toLowerCase()} ${blinking ? 'severity-blinking' : ''}`}>
      <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
        <path d={SHAPES[severity]} fill="currentColor" />
      </svg>
      {t(`board.${severity}`)}
    </span>
  );
};
