export * from '../domain/runbook.ts';
