import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { appRoot } from '../lib/app-root.ts';
import { aReading, aStatus } from '../testing/monitor-reading.ts';
import { formatMetrics, seriesOf } from './metrics.ts';

const DOCS = join(appRoot(), 'docs', 'monitoring');
const RULES = join(DOCS, 'regie.rules.yml');
const BOARD = join(DOCS, 'grafana-board.json');

const full = aReading({ heartbeat: { sentAt: aReading().now, failing: false } });
const series = seriesOf(full, { 200: 12, 401: 1 });
const names = new Set(series.map(({ name }) => name));
/** Names of ours in an expression; those that a rule records itself have a colon. */
const namesIn = (text: string): string[] => [...text.matchAll(/\bregie_\w+/g)].map(([name]) => name);
const promtool = spawnSync('promtool', ['--version']).error === undefined;

describe('the series', () => {
  it('all have a value, once each, on a console that knows everything', () => {
    expect(series.filter(({ samples }) => samples.length === 0)).toEqual([]);
    expect(names.size).toBe(series.length);
  });

  it('are left out, and not zero, where nothing is known', () => {
    const { engine, canary, link } = aStatus();
    const text = formatMetrics(
      seriesOf(
        aReading({
          ...{ snapshot: null, pulse: null, copiedAt: null },
          status: aStatus({
            link: { ...link, knownUpTo: null, roundTripMs: null },
            engine: { ...engine, leader: null, lastCycleAt: null, lastCycleMs: null },
            canary: { ...canary, lastDisplayedAt: null },
          }),
        }),
        {},
      ),
      'text',
    );
    expect(text).toContain('regie_ready 0\n');
    for (const name of ['canary_displayed_timestamp_seconds', 'open_criticals', 'round_trip', 'health_status']) {
      expect(text).not.toContain(name);
    }
  });

  it('count troubles by kind', () => {
    const text = formatMetrics(seriesOf(aReading({ troubles: ['clock_off', 'clock_off'] }), {}), 'text');
    expect(text).toContain('regie_troubles{kind="clock_off"} 2\n');
    expect(text).toContain('regie_troubles{kind="disk_low"} 0\n');
  });

  it('say times as instants, and states one by one', () => {
    const text = formatMetrics(series, 'openmetrics');
    expect(text).toContain(`\nregie_canary_displayed_timestamp_seconds ${full.now / 1_000 - 9}\n`);
    expect(text).toContain('\nregie_engine_state{state="running"} 1\nregie_engine_state{state="breaker_open"} 0\n');
    expect(text).toContain('# TYPE regie_engine_cycles counter\n');
    expect(text).toContain('\nregie_engine_cycles_total 120\n');
    expect(text).toMatch(/\n# EOF\n$/);
  });

  it('name nobody and no card, however they are called', () => {
    const { engine } = aStatus();
    const text = formatMetrics(
      seriesOf(
        aReading({
          version: '1.0"\n# EOF',
          status: aStatus({
            engine: { ...engine, laptop: 'SECRET', leader: { laptop: 'SECRET', term: 1, since: engine.since } },
            stopped: { at: engine.since, by: 'SECRET', on: 'SECRET', reason: 'SECRET' },
            laptops: [{ laptop: 'SECRET', operator: 'SECRET', incidentId: null, seenAt: engine.since }],
          }),
        }),
        {},
      ),
      'openmetrics',
    );
    expect(text).not.toContain('SECRET');
    expect(text).toContain('version="1.0\\"\\n# EOF"');
  });
});

describe('rules and board', () => {
  const ruleSchema = z.object({ expr: z.string() });
  const rules = z
    .object({ groups: z.array(z.object({ rules: z.array(ruleSchema) })) })
    .parse(parse(readFileSync(RULES, 'utf8')))
    .groups.flatMap((group) => group.rules);
  const board = z
    .object({
      panels: z.array(z.object({ title: z.string(), targets: z.array(ruleSchema).default([]) })),
    })
    .parse(JSON.parse(readFileSync(BOARD, 'utf8')));

  it('ask for series that there are', () => {
    const asked = [...rules, ...board.panels.flatMap(({ targets }) => targets)].flatMap(({ expr }) => namesIn(expr));
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
  });

  it.skipIf(!promtool)(`are what Prometheus takes${promtool ? '' : ' (missing: promtool)'}`, () => {
    const checked = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' });
    expect(checked.stdout + checked.stderr).toContain('SUCCESS');
    expect(checked.status).toBe(0);
    const tested = spawnSync('promtool', ['test', 'rules', join(DOCS, 'regie.rules.test.yml')], { encoding: 'utf8' });
    expect([tested.status, tested.stderr]).toEqual([0, '']);
  });

  it.skipIf(!promtool)(`come from metrics without a fault${promtool ? '' : ' (missing: promtool)'}`, () => {
    const input = formatMetrics(series, 'text');
    const checked = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect([checked.status, checked.stdout, checked.stderr]).toEqual([0, '', '']);
  });
});
