export * from './alerts.ts';
export * from './calls.ts';
export * from './cards.ts';
export * from './connection.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './primitives.ts';
export * from './status.ts';
