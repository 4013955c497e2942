import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeZone } from '../clock.ts';

/** A colour of the theme. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** How an axis looks in this place: its colours are those of the theme in which it is mounted. */
export const chartAxis = (target: HTMLElement): uPlot.Axis => ({
  stroke: token('--quiet'),
  grid: { stroke: token('--line'), width: 1 },
  ticks: { show: false },
  font: `12px ${getComputedStyle(target).fontFamily}`,
});

/** Room for the hours below a curve, which have no title: in pixels. */
export const HOUR_HEIGHT = 28;

/** A line that stays as it was until the next measurement. */
export const steps = (): uPlot.Series.PathBuilder => uPlot.paths.stepped?.({ align: 1 }) ?? (() => null);

/**
 * Draws a chart over time in the festival's zone, as wide as the place that it is in.
 * @param height pixels
 * @returns how to take it away
 */
export const mountChart = (
  target: HTMLElement,
  { height, data, ...options }: Omit<uPlot.Options, 'width' | 'tzDate'> & { data: uPlot.AlignedData },
): (() => void) => {
  const zoned = (seconds: number): Date => uPlot.tzDate(new Date(seconds * 1_000), timeZone() ?? 'UTC');
  const chart = new uPlot({ ...options, width: target.clientWidth, height, tzDate: zoned }, data, target);
  const resize = new ResizeObserver(() => chart.setSize({ width: target.clientWidth, height }));
  resize.observe(target);
  return () => {
    resize.disconnect();
    chart.destroy();
  };
};
