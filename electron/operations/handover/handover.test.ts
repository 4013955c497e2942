import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { createTestEngine } from '../../testing/engine.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitTo } from '../../testing/submit.ts';
import { readHandovers } from './handover-view.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await borrowTestDatabase();
  return () => database.close();
});

const submit = submitTo(
  () => database.festival,
  (operator) => ({ laptop: `${operator}’s` }),
);
const holder = async (eventId: RowId) => {
  const { rows } = await database.admin.query(
    `select e.status, a.acknowledged_by, a.taken_by, a.taken_on, a.recalled_at is not null as recalled
     from console.alerts a join monitoring_events e using (event_id) where event_id = $1`,
    [eventId],
  );
  return rows[0];
};
/** Three alerts: one that Léa has, one that she has acknowledged, one that is Noé's. */
const shift = async () => {
  const [taken, acknowledged, other] = [
    await insertEvent(database),
    await insertEvent(database),
    await insertEvent(database),
  ];
  await submit('alert.take', { eventId: taken, holder: null });
  await submit('alert.acknowledge', { eventId: acknowledged });
  await submit('alert.take', { eventId: other, holder: null }, 'Noé');
  const handoverId = uuid();
  expect(await submit('handover.offer', { handoverId, note: 'bar 3 is short of readers' })).toMatchObject({
    outcome: 'applied',
  });
  return { taken, acknowledged, other, handoverId };
};

describe('a shift', () => {
  it('that is accepted makes what was the giver’s the next operator’s, and nothing else', async () => {
    const { taken, acknowledged, other, handoverId } = await shift();
    expect(await submit('handover.accept', { handoverId }, 'Ada')).toMatchObject({ outcome: 'applied' });
    expect(await holder(taken)).toMatchObject({ taken_by: 'Ada', taken_on: 'Ada’s', acknowledged_by: 'Ada' });
    expect(await holder(acknowledged)).toMatchObject({ taken_by: null, acknowledged_by: 'Ada' });
    expect(await holder(other)).toMatchObject({ taken_by: 'Noé' });
    const view = await database.festival.read(readHandovers);
    expect(view.handovers).toMatchObject([
      { from: 'Léa', acceptedBy: 'Ada', note: 'bar 3 is short of readers', incidents: [taken, acknowledged] },
    ]);
    const { rows } = await database.admin.query(
      `select action, actor from console.audit where subject = $1 order by seq`,
      [`handover:${handoverId}`],
    );
    expect(rows).toEqual([
      { action: 'handover_offered', actor: 'Léa' },
      { action: 'handover_accepted', actor: 'Ada' },
    ]);
  });

  it('leaves to others what they took between offer and acceptance', async () => {
    const { taken, handoverId } = await shift();
    await submit('alert.take', { eventId: taken, holder: 'Léa' }, 'Noé');
    await submit('handover.accept', { handoverId }, 'Ada');
    expect(await holder(taken)).toMatchObject({ taken_by: 'Noé' });
  });

  it('is accepted by one, and not by who offered it', async () => {
    const { handoverId } = await shift();
    expect(await submit('handover.accept', { handoverId })).toMatchObject({ error: { code: 'handover_own' } });
    const outcomes = await Promise.all([
      submit('handover.accept', { handoverId }, 'Ada'),
      submit('handover.accept', { handoverId }, 'Noé'),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'conflict']);
  });

  it('that is not accepted in time goes back to unacknowledged and alerts', async () => {
    const { taken, acknowledged, other, handoverId } = await shift();
    const engine = createTestEngine({ database, errors: [] });
    await engine.runCycle('critical');
    expect(await holder(taken)).toMatchObject({ taken_by: 'Léa' });
    await database.admin.query(`update console.handovers set expires_at = now() - interval '1 second'`);
    await engine.runCycle('critical');
    expect(await holder(taken)).toMatchObject({
      status: 'OPEN',
      taken_by: null,
      acknowledged_by: null,
      recalled: true,
    });
    expect(await holder(acknowledged)).toMatchObject({ acknowledged_by: null, recalled: true });
    expect(await holder(other)).toMatchObject({ taken_by: 'Noé', recalled: false });
    expect(await submit('handover.accept', { handoverId }, 'Ada')).toMatchObject({ error: { code: 'handover_ended' } });
  });

  it('is offered once at a time, and withdrawn by its giver alone', async () => {
    const { taken, handoverId } = await shift();
    const again = { handoverId: uuid(), note: '' };
    expect(await submit('handover.offer', again)).toMatchObject({ error: { code: 'handover_open' } });
    expect(await submit('handover.withdraw', { handoverId }, 'Noé')).toMatchObject({
      error: { code: 'handover_not_yours' },
    });
    expect(await submit('handover.withdraw', { handoverId })).toMatchObject({ outcome: 'applied' });
    expect(await holder(taken)).toMatchObject({ taken_by: 'Léa' });
    expect(await submit('handover.offer', again)).toMatchObject({ outcome: 'applied' });
  });

  it('shows what was decided since the last one', async () => {
    const { taken, handoverId } = await shift();
    await submit('alert.resolve', { eventId: taken, note: 'paid back in cash' });
    await submit('handover.accept', { handoverId }, 'Ada');
    const { decisions } = await database.festival.read(readHandovers);
    expect(decisions.map(({ action, actor, words }) => [action, actor, words])).toEqual([
      ['handover_accepted', 'Ada', null],
      ['resolve', 'Léa', 'paid back in cash'],
    ]);
  });
});
