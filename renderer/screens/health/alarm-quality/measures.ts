import type { AlarmQuality } from '../../../../shared/contract/alarm-quality.ts';
import { type AlarmMeasure, alarmBand, type Band, urgentShare } from '../../../../shared/domain/alarm-quality.ts';

/** A figure with what it is judged by. */
export type Measure = {
  readonly measure: AlarmMeasure;
  /** Null: nothing began. */
  readonly value: number | null;
  readonly band: Band | null;
};

/** The figures of the panel, in the order in which they are shown. */
export const measuresOf = ({ tenMinutes, hour, day }: AlarmQuality): Measure[] => {
  const of = (measure: AlarmMeasure, value: number | null): Measure => ({
    ...{ measure, value },
    band: alarmBand(measure, value, day.alarms),
  });
  return [
    of('tenMinutes', tenMinutes.perOperator),
    of('hour', hour.perOperator),
    of('day', day.perOperator),
    of('flooded', day.periods === 0 ? null : day.flooded / day.periods),
    of('chattering', day.chattering.length),
    // Of the last ten minutes: what was closed before that stands no longer.
    of('standing', tenMinutes.standing),
    of('loudest', day.loudestShare),
    of('urgent', urgentShare(day)),
  ];
};
