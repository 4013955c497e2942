import type { EscalationSettings } from '../../../shared/domain/escalation.ts';

/** A part of the settings and how it is changed. */
export type PartProps = { settings: EscalationSettings; onChange: (some: Partial<EscalationSettings>) => void };
