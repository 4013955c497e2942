import { expect, it } from 'vitest';
import { rowId } from '../shared/domain/row-id.ts';
import { hrefOf, parseRoute, type Route } from './routes.ts';

it('an address leads back to its screen, whatever a card is called', () => {
  const routes: readonly Route[] = [
    { screen: 'board', incidentId: null },
    { screen: 'board', incidentId: rowId(7) },
    // The last digits of a number would be others.
    { screen: 'board', incidentId: rowId('7301234567890123457') },
    { screen: 'runbook', incidentId: rowId('-9223372036854775808') },
    { screen: 'board', incidentId: rowId(7), view: 'tab=mine&text=bar+3' },
    { screen: 'card', cardId: '100%' },
    { screen: 'card', cardId: 'a/b #?' },
    { screen: 'runbooks', runbookId: 'gate closed' },
    { screen: 'runbooks', runId: null },
    { screen: 'drills', drillId: 'x y' },
    { screen: 'settings', section: 'money' },
    { screen: 'history', incidentId: null, query: '' },
    { screen: 'corrections', query: '' },
    { screen: 'corrections', query: 'kind=undo&card=a%2Fb' },
    { screen: 'history', incidentId: rowId(12), query: 'words=double+charge&least=12.50' },
    { screen: 'health' },
    { screen: 'health', section: 'engine' },
    { screen: 'wall' },
    { screen: 'wall', light: true },
  ];
  for (const route of routes) expect(parseRoute(hrefOf(route))).toEqual(route);
});

it('an address that cannot be read, or that no screen has, is said to be so', () => {
  for (const address of [
    '#/card/100%',
    '#/nowhere',
    '#/board/x',
    '#/board/9223372036854775808',
    '#/runbook/',
    '#/settings/nowhere',
    '#/history/x?words=a',
    '#/health/nowhere',
    '#/wall/nowhere',
    '#/%E0%A4%A',
  ]) {
    expect(parseRoute(address)).toEqual({ screen: 'unknown', address });
  }
  expect(parseRoute('')).toEqual({ screen: 'board', incidentId: null });
  expect(parseRoute('#/settings')).toEqual({ screen: 'settings', section: 'festival' });
  expect(parseRoute('#/')).toEqual({ screen: 'board', incidentId: null });
});
