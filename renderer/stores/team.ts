import { create } from 'zustand';
import type { Alert } from '../../shared/contract/alerts.ts';
import type { Silence, TeamView } from '../../shared/contract/team.ts';
import { silenceOf } from '../../shared/domain/silence.ts';
import { call } from '../bridge.ts';

const EMPTY: TeamView = { silences: [], mentions: [], people: [], at: null };

/** Silences, mentions of who is signed in, and who is known by name. */
export const useTeam = create<TeamView>()(() => EMPTY);

export const loadTeam = async (): Promise<void> => {
  const answer = await call('team.get', {});
  if (answer.ok) useTeam.setState(answer.value);
};

/** The silence that holds an alert back now, if any. @param now by the festival's clock */
export const useSilence = (alert: Alert, now: number): Silence | null =>
  silenceOf(
    alert,
    useTeam((team) => team.silences),
    now,
  );
