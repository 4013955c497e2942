import { AlarmQualityPanel } from '../alarm-quality/alarm-quality-panel.tsx';
import { MetricsPanel } from './metrics-panel.tsx';
import { PulsePanel } from './pulse-panel.tsx';
import { SourcesPanel } from './sources-panel.tsx';
import './overview.css';

/** How the festival is, one panel below the other. What this laptop has of it is drawn at once, network or not. */
export const OverviewSection = () => (
  <div className="stack">
    <PulsePanel />
    <MetricsPanel />
    <AlarmQualityPanel />
    <SourcesPanel />
  </div>
);
