import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { escalationWorld, secretsOn } from '../../testing/escalation.ts';
import { readEscalationView } from './settings.ts';

const world = escalationWorld();
const { submit, save } = world;

describe('the settings', () => {
  it('are refused against another version, and keep secrets that come back empty', async () => {
    await save();
    const view = await world.database.festival.read(readEscalationView);
    expect(view).toMatchObject({ version: 1, changedBy: 'Léa', settings: { twilio: { token: '' } } });
    const again = { operationId: uuid(), base: 1, settings: view.settings };
    expect(await submit('escalation.set', again, 'Noé')).toMatchObject({ outcome: 'applied' });
    expect(await secretsOn(world.database.festival).read()).toMatchObject({ value: { twilio: { token: 'secret' } } });
    expect(await submit('escalation.set', { ...again, operationId: uuid() }, 'Ada')).toMatchObject({
      outcome: 'conflict',
      error: { code: 'escalation_changed', params: { name: 'Noé' } },
    });
  });

  it('never put a secret on the audit trail', async () => {
    await save();
    const { rows } = await world.database.admin.query(`select data::text as data from console.audit`);
    expect(rows.map(({ data }) => data).join()).not.toContain('secret"');
    expect(rows.map(({ data }) => data).join()).toContain('•');
  });
});
