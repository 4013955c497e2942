import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Route } from '../../routes.ts';

/** Where somebody was named: at an alert, or in the incident log, whose lines that name them are shown. */
export const routeOfMention = (incidentId: RowId | null, operator: string): Route =>
  incidentId === null
    ? { screen: 'log', query: new URLSearchParams({ words: operator }).toString() }
    : { screen: 'board', incidentId };
