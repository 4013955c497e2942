import { describe, expect, it } from 'vitest';
import { checklistSchema, SENSES } from '../domain/checklist.ts';
import { builtinChecklists } from './index.ts';
import { morning } from './morning.ts';

/** What the guide asks for under each heading, and the items that answer it. */
const GUIDE: readonly [list: string, guide: string, items: readonly string[]][] = [
  ['morning', '1. Check system health status', ['system-status']],
  ['morning', '2. Check last 24 hours statistics', ['last-day']],
  ['morning', '3. Check system performance', ['snapshot', 'success-rate', 'processing-time']],
  ['morning', '4. Check circuit breaker status', ['breaker']],
  ['morning', 'Review overnight monitoring events', ['overnight', 'open-critical']],
  ['morning', 'Check system resource usage', ['connections', 'resources']],
  ['morning', 'Verify all detection functions operational', ['engine', 'detectors', 'detector-errors', 'screens']],
  ['morning', 'Manual Hourly Verification', ['verification']],
  ['morning', 'Test alert notification systems', ['notification-test']],
  ['morning', 'Review and resolve any open events', ['unreviewed', 'open-events']],
  ['morning', 'Backup of yesterday', ['backup']],
  ['evening', 'Review daily monitoring summary', ['summary']],
  ['evening', 'Check performance metrics', ['performance']],
  ['evening', 'Run database maintenance', ['maintenance']],
  ['evening', 'Backup monitoring data', ['backup']],
  ['evening', 'Plan next day optimizations', ['tomorrow']],
  ['weekly', 'Weekly performance summary', ['performance']],
  ['weekly', 'Weekly system health trends', ['health']],
  ['weekly', 'Check index usage', ['indexes']],
  ['weekly', 'Check table bloat, vacuum if needed', ['bloat', 'vacuum']],
  ['monthly', 'Analyze growth trends in transaction volume', ['growth']],
  ['monthly', 'Review detection algorithm performance', ['detection']],
  ['monthly', 'Plan infrastructure scaling needs', ['scaling']],
  ['monthly', 'Update monitoring thresholds based on patterns', ['thresholds']],
  ['monthly', 'Review access logs for monitoring APIs', ['access']],
  ['monthly', 'Validate database permissions', ['permissions']],
  ['monthly', 'Check for any security alerts', ['security-alerts']],
  ['monthly', 'Update security documentation', ['documentation']],
  ['festival-start', 'All monitoring functions operational', ['engine', 'detectors', 'detector-errors', 'breaker']],
  ['festival-start', 'Dashboard accessible to operations team', ['screens', 'every-laptop']],
  ['festival-start', 'Alert notifications configured', ['channels', 'notification-test']],
  ['festival-start', 'Performance baselines established', ['snapshot', 'baselines']],
  ['festival-start', 'Emergency procedures reviewed', ['procedures', 'drill']],
  ['festival-start', 'Contact information updated', ['contacts', 'contacts-confirmed']],
  ['festival-end', 'Final monitoring report generated', ['final-report']],
  ['festival-end', 'Performance metrics documented', ['metrics']],
  ['festival-end', 'Issues and resolutions logged', ['open-events', 'logged']],
  ['festival-end', 'Data backup completed', ['backup']],
  ['festival-end', 'System optimization recommendations prepared', ['recommendations']],
  ['festival-end', 'Post-event review scheduled', ['review']],
];

describe('the checklists that come with Regie', () => {
  it('have an item for every line of the guide, and none beside', () => {
    const answering = GUIDE.flatMap(([list, , items]) => items.map((item) => `${list} ${item}`));
    const there = builtinChecklists.flatMap(({ id, items }) => items.map((item) => `${id} ${item.id}`));
    expect(there.toSorted()).toEqual(answering.toSorted());
  });

  it('use everything that Regie can measure', () => {
    const used = builtinChecklists.flatMap(({ items }) =>
      items.flatMap((item) => [
        ...(item.kind === 'sensed' ? [item.sense] : item.figures),
        ...(item.when === undefined ? [] : [item.when.sense]),
      ]),
    );
    expect(SENSES.filter((sense) => !used.includes(sense))).toEqual([]);
  });
});

describe('a checklist', () => {
  const refused = (changes: object) => checklistSchema.safeParse({ ...morning, ...changes }).error?.issues[0]?.message;
  const [item] = morning.items;

  it('has each item and each choice once', () => {
    expect(refused({ items: [item, item] })).toBe('"system-status" is there twice');
    const label = { en: 'yes', fr: 'oui' };
    const choices = [
      { id: 'yes', label },
      { id: 'yes', label },
    ];
    const { title, text } = morning.items[1] ?? {};
    const answered = { id: 'ask', kind: 'answered', title, text, answer: { type: 'choice', choices } };
    expect(refused({ items: [answered] })).toBe('"yes" is there twice');
  });

  it('measures what Regie can measure, against one threshold', () => {
    expect(refused({ items: [{ ...item, sense: 'select pg_sleep(1)' }] })).toMatch(/Invalid option/);
    expect(refused({ items: [{ ...item, expect: {} }] })).toBe('Invalid input');
    expect(refused({ items: [{ ...item, expect: { atMost: 1, atLeast: 1 } }] })).toBe('Invalid input');
  });
});
