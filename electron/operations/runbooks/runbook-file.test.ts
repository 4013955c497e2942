import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { readRunbookFile } from './runbook-file.ts';
import { createRunbookLibrary, type RunbookLibrary } from './runbook-library.ts';

const runbook = (some: { id?: string; sql?: string; algorithms?: string; extra?: string } = {}): string =>
  `id: ${some.id ?? 'gate-closed'}
version: 1
title: { en: The gate is closed, fr: La porte est fermée }
source: our own
algorithms: ${some.algorithms ?? '[]'}
steps:
  - id: who
    kind: query
    window: [0, 5]
    title: { en: Who is inside?, fr: Qui est dedans ? }
    text: { en: Count them., fr: Comptez-les. }
    sql: ${some.sql ?? 'select 1'}
${some.extra ?? ''}`;

const refused = (text: string) => {
  const read = readRunbookFile('own.yaml', text);
  return read.ok ? [] : read.problems.map(({ line, reason }) => [line, reason]);
};

describe('a file of the festival’s own', () => {
  it('is read as YAML and as JSON', () => {
    const yaml = readRunbookFile('own.yaml', runbook());
    if (!yaml.ok) throw new Error('it fits');
    expect(yaml.content.title.fr).toBe('La porte est fermée');
    expect(readRunbookFile('own.json', JSON.stringify(yaml.content, null, 2))).toEqual(yaml);
  });

  it('is refused with the line of what is wrong', () => {
    expect(refused(runbook({ sql: 'delete from table_cards' }))).toEqual([
      [12, 'steps.0.sql: a query begins with select or with: it may only read'],
    ]);
    expect(refused(runbook({ sql: 'select :card_id' }))).toEqual([
      [12, 'steps.0.sql: ":card_id": there is no alert to take it from'],
    ]);
    expect(refused(runbook({ extra: '    next: nowhere' }))).toEqual([
      [13, 'steps.0.next: "nowhere" is no later step'],
    ]);
    expect(refused(runbook({ extra: '    colour: red' }))).toEqual([[13, 'steps.0: Unrecognized key: "colour"']]);
    expect(refused(runbook({ id: 'Gate Closed' }))[0]?.[0]).toBe(1);
    // What is missing is told at the part that lacks it.
    expect(refused(runbook().replace(', fr: La porte est fermée', ''))).toEqual([
      [3, 'title.fr: Invalid input: expected string, received undefined'],
    ]);
  });

  it('is refused where it is no YAML, is empty, or unfolds to more than it is', () => {
    expect(refused('id: [unclosed\nversion: 1')[0]?.[0]).toBeGreaterThanOrEqual(1);
    expect(refused('')).toEqual([[null, 'the file is empty']]);
    const laughs = Array.from({ length: 9 }, (_, depth) =>
      depth === 0
        ? 'a0: &a0 [x, x]'
        : `a${depth}: &a${depth} [${Array(9)
            .fill(`*a${depth - 1}`)
            .join(', ')}]`,
    ).join('\n');
    expect(refused(laughs)[0]?.[1]).toMatch(/alias/i);
  });

  it('may not act on an alert that there is not, and must name the ladder', () => {
    const step = (lines: string) =>
      runbook({
        extra: `  - id: more\n    window: [0, 5]\n    title: { en: a, fr: a }\n    text: { en: a, fr: a }\n${lines}`,
      });
    expect(refused(step('    kind: action\n    action: correct'))).toEqual([
      [18, 'steps.1.action: "correct" needs an alert'],
    ]);
    expect(refused(step('    kind: escalate\n    message: { en: a, fr: a }'))).toEqual([
      [13, 'steps.1.severity: without an alert the step must name a severity'],
    ]);
  });
});

describe('the runbooks of a laptop', () => {
  let folder: string;
  let library: RunbookLibrary | undefined;
  let changes: number;
  const logged: unknown[] = [];
  const open = (): RunbookLibrary => {
    library = createRunbookLibrary({
      folder,
      read: async (file, text) => readRunbookFile(file, text),
      log: { info: () => undefined, warn: (message, facts) => logged.push([message, facts]) },
      onChange: () => {
        changes += 1;
      },
    });
    return library;
  };
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'regie-runbooks-')), 'runbooks');
    changes = 0;
    logged.length = 0;
  });
  afterEach(() => {
    library?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are those that came with Regie, and the festival’s own beside and before them', async () => {
    const { list, find, forAlgorithm, problems } = open();
    const builtin = list().length;
    expect(list().every(({ file }) => file === null)).toBe(true);
    writeFileSync(join(folder, 'a.yaml'), runbook());
    writeFileSync(
      join(folder, 'b.yml'),
      runbook({ id: 'duplicate-scans', algorithms: '[temporal_duplicate_detection]' }),
    );
    await eventually(() => expect(list()).toHaveLength(builtin + 1));
    await eventually(() => expect(find('duplicate-scans')?.source).toBe('our own'));
    expect(forAlgorithm('temporal_duplicate_detection')?.source).toBe('our own');
    expect(list().find(({ runbook: { id } }) => id === 'duplicate-scans')).toMatchObject({
      file: 'b.yml',
      overrides: true,
    });
    expect(problems()).toEqual([]);
  });

  it('stay as they came where a file is wrong, which is told and logged; and follow the file', async () => {
    const { find, problems, reload } = open();
    writeFileSync(join(folder, 'bad.yaml'), runbook({ id: 'duplicate-scans', sql: 'drop table table_cards' }));
    await eventually(() => expect(problems()).toHaveLength(1));
    expect(problems()[0]).toMatchObject({ file: 'bad.yaml', line: 12 });
    expect(find('duplicate-scans')?.source).not.toBe('our own');
    expect(logged).toEqual([['a runbook of the festival was refused', problems()[0]]]);
    rmSync(join(folder, 'bad.yaml'));
    await reload();
    expect(problems()).toEqual([]);
    expect(changes).toBeGreaterThanOrEqual(2);
  });

  it('leave no detector without one, whatever a file answers', async () => {
    const { forAlgorithm } = open();
    writeFileSync(join(folder, 'a.yaml'), runbook({ id: 'ledger-drift' }));
    await library?.reload();
    expect(forAlgorithm('ledger_drift')?.algorithms).toContain('ledger_drift');
  });

  it('of two files with one id take the first, and tell of the second', async () => {
    writeFileSyncIn('a.yaml', runbook());
    writeFileSyncIn('b.yaml', runbook());
    await library?.reload();
    expect(library?.problems()).toMatchObject([
      {
        file: 'b.yaml',
        line: null,
        reason: '"gate-closed" is in a.yaml already',
        problem: { problem: 'in_other_file' },
      },
    ]);
  });
  const writeFileSyncIn = (name: string, text: string): void => {
    library?.close();
    const opened = open();
    writeFileSync(join(opened.folder, name), text);
  };
});
