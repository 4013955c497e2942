export { createDrills, type DrillMaster } from './drills.ts';
export { injectFault } from './inject.ts';
