export { FaultImpossible } from './fault.ts';
export type { Label } from './labels.ts';
export { openTrainingFestival, type TrainingFestival } from './training-festival.ts';
export { TrainingServerError } from './training-server-error.ts';
