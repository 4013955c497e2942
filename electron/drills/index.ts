export { createDrills, type DrillRunner } from './drills.ts';
export { injectFault } from './inject.ts';
