import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { reportSchema } from './report.ts';
import { dayNumber, forecastOf } from './report-forecast.ts';

describe('a report’s schema', () => {
  it('is published as it is', () => {
    const published = z.toJSONSchema(reportSchema, {
      unrepresentable: 'any',
      // Ids of rows are the only checks of our own.
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema._zod.def.type === 'custom') Object.assign(jsonSchema, { type: 'string', pattern: '^-?[0-9]+$' });
      },
    });
    // Where they differ, docs/report.schema.json is what this says.
    const file = join(import.meta.dirname, '../../docs/report.schema.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(published)));
  });
});

describe('a forecast', () => {
  const days = (values: readonly number[]) => values.map((value, index) => ({ day: 100 + index, value }));

  it('of days on a line is the line, without any doubt', () => {
    expect(forecastOf('transactions', days([10, 20, 30, 40, 50]))).toEqual({
      ...{ of: 'transactions', days: 5, perDay: 10, explained: 1 },
      ahead: [
        { days: 7, value: 120, low: 120, high: 120 },
        { days: 30, value: 350, low: 350, high: 350 },
      ],
    });
  });

  it('of days that scatter has the prediction interval of 95 %', () => {
    // By hand: mean 3, slope 0.8, residuals 0.6, -1.2, 1, -0.8, 0.4 → s = √(3.6 / 3), t(3) = 3.182.
    const forecast = forecastOf('alerts', days([2, 1, 4, 3, 5]));
    const s = Math.sqrt(3.6 / 3);
    const range = 3.182 * s * Math.sqrt(1 + 1 / 5 + 9 ** 2 / 10);
    expect(forecast).toMatchObject({ perDay: 0.8, explained: 0.64 });
    expect(forecast?.ahead[0]?.value).toBeCloseTo(10.2, 3);
    expect(forecast?.ahead[0]?.high).toBeCloseTo(10.2 + range, 2);
    // Fewer than none there cannot be.
    expect(forecast?.ahead[0]?.low).toBe(0);
  });

  it('is not made of fewer than five days, nor of one day five times', () => {
    expect(forecastOf('transactions', days([1, 2, 3, 4]))).toBeNull();
    expect(forecastOf('transactions', Array(5).fill({ day: dayNumber('2026-07-04'), value: 3 }))).toBeNull();
  });
});
