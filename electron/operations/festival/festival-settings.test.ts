import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallInput } from '../../../shared/contract/calls.ts';
import { festivalCalls } from '../../../shared/contract/festival.ts';
import { needsApproval } from '../../../shared/domain/correction.ts';
import { INITIAL_SETTINGS } from '../../../shared/domain/festival-settings.ts';
import { parseCents } from '../../../shared/domain/money.ts';
import { aCorrection, correctionWorld } from '../../testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createOperators } from '../../testing/operators.ts';
import { propose } from '../../testing/proposals.ts';
import { submitAs } from '../../testing/submit.ts';
import { readHandovers } from '../handover/handover-view.ts';
import { readFestivalSettings } from './festival-settings.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await createOperators(database.admin, ['Ola'], 'operator');
});
afterAll(() => database.close());

const read = () => database.festival.read(readFestivalSettings);
const wanted = (some: Partial<CallInput<'festival.set'>> = {}) => ({
  ...{ base: 0, name: 'Nuits du Lac', timeZone: 'Europe/Paris', language: 'fr' as const, approvalLimitCents: 2_000 },
  ...{ cardDayLimitCents: 4_000, operatorDayLimitCents: 20_000 },
  ...some,
});

describe('the settings of a festival', () => {
  it('start as a laptop assumes them before it has received any', async () => {
    expect(await read()).toEqual(INITIAL_SETTINGS);
  });

  it('are refused by the database for an operator, whichever console sends the command', async () => {
    expect(await submitAs(database.festival, 'Ola', 'festival.set', wanted())).toMatchObject({
      outcome: 'rejected',
      error: { code: 'not_allowed' },
    });
    expect(await read()).toEqual(INITIAL_SETTINGS);
  });

  it('are changed by a supervisor, and against another version refused with who was first', async () => {
    expect(await submitAs(database.festival, 'Léa', 'festival.set', wanted())).toEqual({
      outcome: 'applied',
      result: { version: 1 },
    });
    expect(await read()).toMatchObject({
      ...{ version: 1, name: 'Nuits du Lac', timeZone: 'Europe/Paris', language: 'fr' },
      ...{ approvalLimitCents: 2_000, changedBy: 'Léa' },
    });
    expect(await submitAs(database.festival, 'Noé', 'festival.set', wanted({ name: 'Another' }))).toEqual({
      outcome: 'conflict',
      error: { code: 'festival_changed', params: { name: 'Léa' } },
    });
    expect((await read()).name).toBe('Nuits du Lac');
    const { decisions } = await database.festival.read(readHandovers);
    expect(decisions).toMatchObject([{ action: 'festival_settings_changed', actor: 'Léa' }]);
  });

  it('have the limit by which the screen proposes and the database refuses to apply', async () => {
    const { approvalLimitCents: limit } = await read();
    const cardId = await correctionWorld(database).card('10.00', '15.00');
    const between = aCorrection(cardId, { kind: 'goodwill', cardDelta: '30.00', ledgerDelta: '30.00' });
    const deltas = { cardDelta: parseCents('30.00'), ledgerDelta: parseCents('30.00') };
    expect(needsApproval('goodwill', deltas, INITIAL_SETTINGS.approvalLimitCents)).toBe(false);
    expect(needsApproval('goodwill', deltas, limit)).toBe(true);
    const input = {
      ...{ eventId: null, cardId, kind: 'goodwill' as const, cardDeltaCents: 3_000, ledgerDeltaCents: 3_000 },
      ...{ seenActualCents: 1_000, seenExpectedCents: 1_500, originalTransaction: null, reason: 'a lost evening' },
    };
    expect(await submitAs(database.festival, 'Ola', 'correction.apply', { ...input, approver: null })).toMatchObject({
      outcome: 'rejected',
      error: { code: 'correction_approval_required' },
    });
    expect((await propose(database.festival, { ...between, operator: 'Ola' })).outcome).toMatchObject({
      outcome: 'applied',
    });
  });

  it('that an administrator has written past Regie are read as far as they make sense', async () => {
    await database.admin.query(`update console.festival_settings set time_zone = 'Mars/Olympus'`);
    expect(await read()).toMatchObject({ timeZone: null, name: 'Nuits du Lac' });
  });

  it.each([
    ['a zone that does not exist', { timeZone: 'Europe/Nowhere' }],
    ['an offset, which has no summer', { timeZone: '+02:00' }],
    ['a limit below zero', { approvalLimitCents: -1 }],
    ['a limit that the column does not hold', { approvalLimitCents: 10_000_000 }],
    ['a name that is too long', { name: 'x'.repeat(81) }],
  ])('do not take %s', (_, some) => {
    expect(festivalCalls['festival.set'].input.safeParse({ operationId: uuid(), ...wanted(some) }).success).toBe(false);
  });
});
