import type { TeamView } from '../../../shared/contract/team.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { Silence } from '../../../shared/domain/silence.ts';
import { silenceOf } from '../../../shared/domain/silence.ts';
import { useCall } from '../../query.ts';

const EMPTY: TeamView = { silences: [], mentions: [], people: [], at: null };

/** Silences, mentions of who is signed in, and who is known by name. */
export const useTeam = (): TeamView => useCall('team.get', {}).data ?? EMPTY;

/** The silence that holds an alert back now, if any. @param now by the festival's clock */
export const useSilence = (alert: Alert, now: number): Silence | null => silenceOf(alert, useTeam().silences, now);
