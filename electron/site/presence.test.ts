import { beforeEach, describe, expect, it } from 'vitest';
import { rowId } from '../../shared/domain/row-id.ts';
import { createListener } from '../postgres/listener.ts';
import type { TestDatabase } from '../testing/database.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { createPresence } from './presence.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await borrowTestDatabase();
  return () => database.close();
});

const laptopOf = (laptop: string, operator: string | null = null) => {
  const notified = { changes: 0 };
  const presence = createPresence({
    database: database.festival,
    laptop,
    operator: () => operator,
    watchedMs: () => null,
    onChange: () => {
      notified.changes += 1;
    },
  });
  return { ...presence, notified };
};

describe('a laptop', () => {
  it('sees the others with their operators and open alerts, and not itself', async () => {
    const [first, second] = [laptopOf('booth-1', 'Léa'), laptopOf('booth-2')];
    await first.report();
    await second.report();
    await second.show(rowId(7));
    await first.refresh();
    expect(first.others()).toMatchObject([{ laptop: 'booth-2', operator: null, incidentId: '7' }]);
    expect(second.others()).toMatchObject([{ laptop: 'booth-1', operator: 'Léa', incidentId: null }]);
  });

  it('is gone for the others when it leaves, and when it was last seen half a minute ago', async () => {
    const [first, second, third] = [laptopOf('booth-1'), laptopOf('booth-2'), laptopOf('booth-3')];
    await second.report();
    await third.report();
    await first.report();
    expect(first.others()).toHaveLength(2);
    await second.leave();
    await database.admin.query(
      `update console.laptops set seen_at = now() - interval '31 seconds' where laptop = 'booth-3'`,
    );
    await first.refresh();
    expect(first.others()).toEqual([]);
    await second.report();
    await first.refresh();
    expect(first.others()).toMatchObject([{ laptop: 'booth-2' }]);
  });

  it('tells of changes, and not of heartbeats', async () => {
    const [first, second] = [laptopOf('booth-1'), laptopOf('booth-2')];
    const heard: (string | null)[] = [];
    const listener = createListener({
      settings: database.consoleSettings,
      applicationName: 'regie/booth-1',
      channel: 'regie_changes',
      random: Math.random,
      onNotify: (payload) => heard.push(payload),
    });
    await expect.poll(() => heard).toContain(null);
    await second.report();
    await first.report();
    await first.report();
    await second.report();
    await second.show(rowId(3));
    await expect.poll(() => heard.filter((payload) => payload === 'laptops')).toHaveLength(3);
    await second.show(rowId(3));
    await second.report();
    await first.refresh();
    await first.refresh();
    expect(heard.filter((payload) => payload === 'laptops')).toHaveLength(3);
    expect(first.notified.changes).toBe(2);
    await listener.close();
  });
});
