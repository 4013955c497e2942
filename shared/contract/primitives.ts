export * from '../domain/primitives.ts';
