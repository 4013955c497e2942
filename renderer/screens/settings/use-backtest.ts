import { useEffect, useRef, useState } from 'react';
import type { Answer, RegieError } from '../../../shared/contract/errors.ts';
import { call } from '../../bridge.ts';
import { useSystem } from '../../stores/system.ts';

export type Backtest<Report> = {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly report: Report | null;
  readonly error: RegieError | null;
  /** @returns whether it came to its end. */
  readonly run: (ask: () => Promise<Answer<Report>>) => Promise<boolean>;
  readonly cancel: () => void;
};

const IDLE = { state: 'idle', report: null, error: null } as const;

/** Tries thresholds on recorded history. Leaving the screen cancels it. */
export const useBacktest = <Report>(): Backtest<Report> => {
  const [backtest, setBacktest] = useState<Pick<Backtest<Report>, 'state' | 'report' | 'error'>>(IDLE);
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
  const run = async (ask: () => Promise<Answer<Report>>) => {
    useSystem.setState({ backtest: null });
    setBacktest({ ...IDLE, state: 'running' });
    running.current = true;
    const answer = await ask();
    running.current = false;
    if (answer.ok) setBacktest({ state: 'done', report: answer.value, error: null });
    else if (answer.error.code === 'backtest_cancelled') setBacktest(IDLE);
    else setBacktest({ state: 'failed', report: null, error: answer.error });
    return answer.ok;
  };
  return { ...backtest, run, cancel };
};
