import { describe, expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../../shared/domain/alert.ts';
import { cents } from '../../../shared/domain/money.ts';
import { rowId } from '../../../shared/domain/row-id.ts';
import { anAlert, anEvent } from '../../../shared/testing/alerts.ts';
import { heldOrder } from './held-order.ts';
import {
  type BoardRow,
  boardFigures,
  createBoardRows,
  floodCauses,
  groupFlood,
  groupRows,
  rowsOfView,
  tabCounts,
} from './rows.ts';
import { successRate } from './traffic.ts';
import { type BoardView, readView, WHOLE_BOARD, writeView } from './view.ts';

const alert = (eventId: number, lead: Partial<AlertEvent> = {}, some: Partial<Alert> = {}): Alert =>
  anAlert(anEvent({ eventId: rowId(eventId), ...lead }), [], { dueAt: '2026-07-03T21:02:00Z', ...some });
const loss = (eventId: number, amount: number, place: string, lead: Partial<AlertEvent> = {}): Alert =>
  alert(
    eventId,
    {
      ...{ algorithm: 'balance_deduction_on_failure', cardId: `CARD${eventId}` },
      ...{ amountCents: cents(amount), movedMoney: true },
      ...lead,
    },
    { place },
  );
const mapOf = (alerts: readonly Alert[]) => new Map(alerts.map((one) => [one.incidentId, one]));
const boardRows = (alerts: readonly Alert[]) => createBoardRows().follow(mapOf(alerts));
const ids = (rows: readonly BoardRow[]) => rows.map(({ alert: { incidentId } }) => Number(incidentId));
const shown = (alerts: readonly Alert[], view: Partial<BoardView> = {}, operator: string | null = null) =>
  ids(
    rowsOfView(boardRows(alerts), { ...WHOLE_BOARD, ...view }, operator, ({ card, place }) =>
      `${card} ${place}`.toLowerCase(),
    ),
  );

describe('the order of the board', () => {
  it('puts what nobody has acknowledged before a more severe alert that somebody has', () => {
    const acknowledged = alert(1, { acknowledgedAt: '2026-07-03T21:00:30Z', acknowledgedBy: 'Léa' });
    expect(shown([acknowledged, alert(2, { severity: 'LOW' })])).toEqual([2, 1]);
  });

  it('then goes by severity, then by what is due first', () => {
    const [later, sooner] = ['2026-07-03T21:09:00Z', '2026-07-03T21:01:00Z'];
    expect(
      shown([alert(1, { severity: 'HIGH' }), alert(2, {}, { dueAt: later }), alert(3, {}, { dueAt: sooner })]),
    ).toEqual([3, 2, 1]);
  });

  it('goes by a column either way, and what has nothing there comes last', () => {
    const alerts = [loss(1, 300, 'Bar 1'), alert(2), loss(3, 900, 'Bar 2')];
    expect(shown(alerts, { sort: { column: 'amount', descending: true } })).toEqual([3, 1, 2]);
    expect(shown(alerts, { sort: { column: 'amount', descending: false } })).toEqual([1, 3, 2]);
    expect(shown(alerts, { sort: { column: 'place', descending: true } })).toEqual([3, 1, 2]);
  });
});

describe('rows of a board that changes', () => {
  const alerts = [loss(1, 300, 'Bar 1'), loss(2, 900, 'Bar 2'), alert(3, { severity: 'HIGH' }), alert(4)];

  it('are the same ones where nothing has changed, in the order of a board that is read for the first time', () => {
    const { follow } = createBoardRows();
    const before = follow(mapOf(alerts));
    const acknowledged = loss(2, 900, 'Bar 2', { acknowledgedAt: '2026-07-03T21:00:30Z', acknowledgedBy: 'Léa' });
    const added = alert(5, {}, { dueAt: '2026-07-03T21:01:00Z' });
    const changed = [alerts[0], acknowledged, alerts[3], added].flatMap((one) => one ?? []);
    const after = follow(mapOf(changed));
    expect(ids(after)).toEqual([5, 1, 4, 2]);
    expect(ids(after)).toEqual(ids(boardRows(changed)));
    expect(after[1]).toBe(before[0]);
    expect(after[2]).toBe(before[2]);
    expect(after[3]).not.toBe(before[1]);
  });

  it('are others once another alert repeats them', () => {
    const { follow } = createBoardRows();
    const [before] = follow(mapOf(alerts));
    const repeat = loss(6, 300, 'Bar 1', { algorithm: 'balance_mismatch_detection', cardId: 'CARD1' });
    const [after] = follow(mapOf([...alerts, repeat]));
    expect(before).toMatchObject({ id: '1', repeats: [] });
    expect(after).toMatchObject({ id: '1', repeats: [{ incidentId: '6' }] });
  });
});

describe('what the board shows', () => {
  const closed = alert(9, { status: 'RESOLVED' }, { open: false });
  const mine = alert(2, { acknowledgedAt: '2026-07-03T21:00:30Z', acknowledgedBy: 'Léa', takenBy: 'Léa' });
  const snoozed = alert(3, {
    acknowledgedAt: '2026-07-03T21:00:30Z',
    acknowledgedBy: 'Ana',
    snoozedUntil: '2026-07-03T22:00:00Z',
  });

  it('is in one tab or more', () => {
    const alerts = [alert(1), mine, snoozed, closed];
    expect(shown(alerts)).toEqual([1, 2, 3]);
    expect(shown(alerts, { tab: 'mine' }, 'Léa')).toEqual([2]);
    expect(shown(alerts, { tab: 'unacknowledged' })).toEqual([1]);
    expect(shown(alerts, { tab: 'snoozed' })).toEqual([3]);
    expect(shown(alerts, { tab: 'closed' })).toEqual([9]);
    expect(tabCounts(boardRows(alerts), 'Léa')).toEqual({ open: 3, mine: 1, unacknowledged: 1, snoozed: 1, closed: 1 });
  });

  it('is narrowed by the tiles and by what is searched, together', () => {
    const alerts = [loss(1, 300, 'Bar 1'), loss(2, 300, 'Bar 2', { severity: 'HIGH' }), alert(3)];
    expect(shown(alerts, { only: ['money'] })).toEqual([1, 2]);
    expect(shown(alerts, { only: ['money', 'critical'] })).toEqual([1]);
    expect(shown(alerts, { only: ['unowned'], text: ' bar 2' })).toEqual([2]);
  });

  it('is narrowed to one reader or point of sale, and not to what else has its name in it', () => {
    const alerts = [
      alert(1, { facts: { device_identifier: 'R1' } }),
      alert(2, { facts: { device_identifier: 'R12' } }),
      alert(3, { facts: { note: 'R1 was swapped' } }),
      loss(4, 300, 'Bar 1'),
      loss(5, 300, 'Bar 10'),
      loss(6, 300, 'Bar 1', { facts: { point_of_sale: 'Bar 2' } }),
    ];
    expect(shown(alerts, { text: 'reader:R1' })).toEqual([1]);
    expect(shown(alerts, { text: 'place:Bar 1' })).toEqual([4]);
    expect(shown(alerts, { text: 'reader:Bar 1' })).toEqual([]);
    // A search for words until a name is there.
    expect(shown(alerts, { text: 'reader:' })).toEqual([]);
  });

  it('is one row for a loss, whoever has joined what repeats it', () => {
    const cause = loss(1, 500, 'Bar 1');
    const repeat = loss(2, 500, 'Bar 1', {
      algorithm: 'balance_mismatch_detection',
      cardId: 'CARD1',
      severity: 'HIGH',
    });
    const [row, ...others] = boardRows([repeat, cause]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ id: '1', amountCents: 500, repeats: [{ incidentId: '2' }] });
  });
});

describe('groups', () => {
  it('add up what their rows are about', () => {
    const rows = boardRows([
      loss(1, 500, 'Bar Électro'),
      loss(2, 250, 'Bar Rock'),
      loss(3, 150, 'Bar Électro'),
      alert(4),
    ]);
    expect(groupRows(rows, 'place').map(({ key, rows, amountCents }) => [key, ids(rows), amountCents])).toEqual([
      ['Bar Électro', [1, 3], 650],
      ['Bar Rock', [2], 250],
      ['', [4], 0],
    ]);
    expect(groupRows(rows, 'kind').map(({ key }) => key)).toEqual([
      'balance_deduction_on_failure',
      'reader_failure_spike',
    ]);
  });

  it('of a flood come by what makes it, then by a critical that nobody has answered, then what was there before', () => {
    const at = (minute: string) => ({ detectedAt: `2026-07-03T${minute}:00Z` });
    const rows = boardRows([
      ...[1, 2, 3, 4, 5].map((id) => loss(id, 500, 'Bar Rock', { ...at('21:00'), severity: 'HIGH' })),
      alert(6, { ...at('21:01'), severity: 'MEDIUM', algorithm: 'reader_silent' }),
      alert(7, {
        ...at('21:02'),
        severity: 'CRITICAL',
        algorithm: 'unknown_card',
        acknowledgedAt: '2026-07-03T21:03:00Z',
      }),
      alert(8, { ...at('21:03'), severity: 'CRITICAL', algorithm: 'ledger_drift' }),
      alert(9, { ...at('20:00'), severity: 'CRITICAL', algorithm: 'duplicate_charge' }),
    ]);
    const since = Date.parse('2026-07-03T20:59:00Z');
    const order = (some: readonly BoardRow[]) =>
      groupFlood(some, floodCauses(some, since)).map((group) => ids(group.rows)[0]);
    expect(order(rows)).toEqual([1, 8, 9, 6, 7]);
    expect(order(rows.filter(({ alert: { incidentId } }) => incidentId !== rowId(9)))).toEqual([1, 8, 6, 7]);
    // Answered, it is what was there before the flood again.
    const answered = boardRows([
      ...[1, 2, 3, 4, 5].map((id) => loss(id, 500, 'Bar Rock', { ...at('21:00'), severity: 'HIGH' })),
      alert(6, { ...at('21:01'), severity: 'MEDIUM', algorithm: 'reader_silent' }),
      alert(9, { ...at('20:00'), algorithm: 'duplicate_charge', acknowledgedAt: '2026-07-03T20:01:00Z' }),
    ]);
    expect(order(answered)).toEqual([1, 6, 9]);
  });
});

describe('the figures of the strip', () => {
  it('count criticals, what nobody has, euros once, and the deadline that comes first', () => {
    const repeat = loss(2, 500, 'Bar 1', { algorithm: 'balance_mismatch_detection', cardId: 'CARD1' });
    const owned = loss(3, 200, 'Bar 2', {
      severity: 'HIGH',
      acknowledgedAt: '2026-07-03T21:00:30Z',
      acknowledgedBy: 'Léa',
    });
    const figures = boardFigures(
      boardRows([loss(1, 500, 'Bar 1'), repeat, owned, alert(4, {}, { dueAt: '2026-07-03T21:01:00Z' })]),
    );
    expect(figures).toMatchObject({
      open: 3,
      criticals: 2,
      unanswered: true,
      unowned: 2,
      atRiskCents: 700,
      atRiskRows: 2,
    });
    expect(figures.next?.id).toBe('4');
  });

  it('count messages that reached nobody, until somebody is on it', () => {
    const message = {
      ...{ at: '2026-07-03T21:01:00Z', contact: 'Ops', channel: 'sms', again: false },
      reason: { code: 'unanswered', detail: '' },
    } as const;
    const alerts = [
      alert(1, {}, { notSent: [message], unconfirmed: [message] }),
      alert(2, { acknowledgedAt: '2026-07-03T21:00:30Z', acknowledgedBy: 'Léa' }, { notSent: [message] }),
    ];
    expect(boardFigures(boardRows(alerts)).unsent).toBe(2);
    expect(shown(alerts, { only: ['unsent'] })).toEqual([1]);
  });

  it('are about what is to be resolved where everything is answered', () => {
    const answered = { acknowledgedAt: '2026-07-03T21:00:30Z', acknowledgedBy: 'Léa' };
    const figures = boardFigures(boardRows([alert(1, answered, { resolveBy: '2026-07-03T21:15:00Z' })]));
    expect(figures).toMatchObject({ unanswered: false, unowned: 0, next: { deadline: { kind: 'resolution' } } });
  });
});

describe('the success rate', () => {
  it('is of all that was ordered, with one point for each half minute', () => {
    const rate = successRate({
      at: '2026-07-03T21:15:10.000Z',
      steps: [
        { at: '2026-07-03T21:00:30.000Z', total: 10, failed: 0 },
        { at: '2026-07-03T21:15:00.000Z', total: 10, failed: 5 },
      ],
    });
    expect(rate).toMatchObject({ share: 0.75, total: 20 });
    expect([rate.points.length, rate.points[0], rate.points[1], rate.points.at(-1)]).toEqual([30, 1, null, 0.5]);
  });

  it('is unknown where nothing was ordered', () => {
    expect(successRate({ at: '2026-07-03T21:15:10.000Z', steps: [] }).share).toBeNull();
  });
});

describe('the address', () => {
  it('says what the board shows, and nothing where that is as always', () => {
    const view: BoardView = {
      ...{ tab: 'closed', group: 'place', only: ['critical', 'money'], text: 'bar 3 & é' },
      sort: { column: 'amount', descending: true },
    };
    expect(readView(writeView(view))).toEqual(view);
    expect(writeView(WHOLE_BOARD)).toBe('');
  });

  it('that nobody wrote is read as far as it makes sense', () => {
    expect(readView('tab=all&group=x&sort=-nothing&only=critical,critical,all')).toEqual({
      ...WHOLE_BOARD,
      only: ['critical'],
    });
  });
});

describe('a held list', () => {
  it('keeps every row in its place and counts what is new', () => {
    expect(heldOrder(['3', '1', '2'], ['1', '2'], true)).toEqual({ ids: ['1', '2'], hidden: 1 });
  });

  it('shows everything in its order once it is let go', () => {
    expect(heldOrder(['3', '1', '2'], ['1', '2'], false)).toEqual({ ids: ['3', '1', '2'], hidden: 0 });
  });
});
