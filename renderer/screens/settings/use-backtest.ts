import { useEffect, useRef, useState } from 'react';
import type { BacktestReport, Thresholds } from '../../../shared/contract/detectors.ts';
import type { RegieError } from '../../../shared/contract/errors.ts';
import { call } from '../../bridge.ts';
import { callSigned } from '../../commands.ts';
import { useSystem } from '../../stores/system.ts';

export type Backtest = {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly report: BacktestReport | null;
  readonly error: RegieError | null;
  /** @returns whether it came to its end. */
  readonly run: (thresholds: Thresholds, hours: number) => Promise<boolean>;
  readonly cancel: () => void;
};

const IDLE = { state: 'idle', report: null, error: null } as const;

/** Tries thresholds on recorded history. Leaving the screen cancels it. */
export const useBacktest = (algorithm: string): Backtest => {
  const [backtest, setBacktest] = useState<Pick<Backtest, 'state' | 'report' | 'error'>>(IDLE);
  const running = useRef(false);
  const cancel = () => {
    if (running.current) void call('backtest.cancel', {});
  };
  useEffect(
    () => () => {
      if (running.current) void call('backtest.cancel', {});
    },
    [],
  );
  const run = async (thresholds: Thresholds, hours: number) => {
    useSystem.setState({ backtest: null });
    setBacktest({ ...IDLE, state: 'running' });
    running.current = true;
    const answer = await callSigned('backtest.run', { algorithm, thresholds, hours });
    running.current = false;
    if (answer.ok) setBacktest({ state: 'done', report: answer.value, error: null });
    else if (answer.error.code === 'backtest_cancelled') setBacktest(IDLE);
    else setBacktest({ state: 'failed', report: null, error: answer.error });
    return answer.ok;
  };
  return { ...backtest, run, cancel };
};
