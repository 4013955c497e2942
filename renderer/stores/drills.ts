import { create } from 'zustand';
import type { DrillResult, Drills } from '../../shared/contract/drills.ts';
import { call } from '../bridge.ts';

type State = Drills & {
  /** The drill that has ended in front of the operator, until they have seen it. */
  ended: DrillResult | null;
};

/** Drills as the core last told. */
export const useDrills = create<State>()(() => ({ running: null, results: [], ended: null }));

export const loadDrills = async (): Promise<void> => {
  const answer = await call('drills.get', {});
  if (!answer.ok) return;
  const before = useDrills.getState().running;
  const { running, results } = answer.value;
  const ended = running === null ? results.find(({ drillId }) => drillId === before?.drillId) : undefined;
  useDrills.setState({
    running,
    results,
    ...(ended === undefined ? {} : { ended }),
    ...(running === null ? {} : { ended: null }),
  });
};

export const seenDrill = (): void => useDrills.setState({ ended: null });
