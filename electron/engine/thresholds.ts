import { z } from 'zod';
import type { ThresholdField, Thresholds } from '../../shared/contract/detectors.ts';
import { type InputProblem, problemOf } from '../../shared/domain/input-problem.ts';
import type { Detector } from './detector.ts';
import { detectors } from './detectors/registry.ts';

const propertySchema = z.object({
  type: z.enum(['integer', 'number']),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.number(),
});
const jsonSchema = z.object({ properties: z.record(z.string(), propertySchema).default({}) });

export const detectorNamed = (algorithm: string): Detector | undefined =>
  detectors.find((detector) => detector.algorithm === algorithm);

/** A detector's thresholds with their bounds, from its own settings schema, for a form to show. */
export const thresholdFields = (detector: Detector, values: Thresholds): ThresholdField[] =>
  Object.entries(jsonSchema.parse(z.toJSONSchema(detector.settings)).properties).map(([name, property]) => ({
    name,
    whole: property.type === 'integer',
    minimum: property.minimum ?? null,
    maximum: property.maximum ?? null,
    standard: property.default,
    value: values[name] ?? property.default,
  }));

export type ParsedThresholds =
  | { readonly ok: true; readonly thresholds: Thresholds }
  | { readonly ok: false; readonly problem: InputProblem };

/** Thresholds as the detector would use them, with its standard ones where none is given; or what is wrong, and where. */
export const parseThresholds = (detector: Detector, values: unknown): ParsedThresholds => {
  const parsed = detector.settings.safeParse(values);
  if (parsed.success) return { ok: true, thresholds: z.record(z.string(), z.number()).parse(parsed.data) };
  return { ok: false, problem: problemOf(parsed.error.issues[0]) };
};
