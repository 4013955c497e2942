import { useAfterFrame } from '../../../ui/use-after-frame.ts';
import { AlarmQualityPanel } from '../alarm-quality/alarm-quality-panel.tsx';
import { MetricsPanel } from './metrics-panel.tsx';
import { PulsePanel } from './pulse-panel.tsx';
import { SourcesPanel } from './sources-panel.tsx';
import './overview.css';

/**
 * How the festival is, one panel below the other. What this laptop has of it is drawn at once, network or not; what begins below
 * a window of 768 pixels, after that.
 */
export const OverviewSection = () => {
  const below = useAfterFrame(true, false);
  return (
    <div className="stack">
      <PulsePanel />
      <MetricsPanel />
      {below && (
        <>
          <AlarmQualityPanel />
          <SourcesPanel />
        </>
      )}
    </div>
  );
};
