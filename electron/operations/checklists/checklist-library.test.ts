import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtinChecklists } from '../../../shared/checklists/index.ts';
import { type ChecklistLibrary, createChecklistLibrary, readChecklistFile } from './checklist-library.ts';

const checklist = (some: { id?: string; sense?: string; extra?: string } = {}): string =>
  `id: ${some.id ?? 'soundcheck'}
version: 1
title: { en: Sound check, fr: Balance }
source: our own
window: before_opening
items:
  - id: breaker
    kind: sensed
    sense: ${some.sense ?? 'breaker'}
    expect: { equals: CLOSED }
    maxAgeS: 120
    title: { en: Breaker, fr: Disjoncteur }
    text: { en: It is closed., fr: Il est fermé. }
${some.extra ?? ''}`;

describe('the checklists of a laptop', () => {
  let folder: string;
  let library: ChecklistLibrary;
  const logged: unknown[] = [];
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'regie-checklists-')), 'checklists');
    mkdirSync(folder);
    logged.length = 0;
  });
  afterEach(() => {
    library.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async (files: Readonly<Record<string, string>>): Promise<ChecklistLibrary> => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    library = createChecklistLibrary({
      folder,
      read: async (file, text) => readChecklistFile(file, text),
      log: { info: () => undefined, warn: (message, facts) => logged.push([message, facts]) },
      onChange: () => undefined,
    });
    await library.reload();
    return library;
  };

  it('are those that came with Regie, and the festival’s own in their place and after them', async () => {
    const { list } = await open({ 'a.yaml': checklist(), 'b.yml': checklist({ id: 'morning' }) });
    expect(list().map(({ checklist: { id } }) => id)).toEqual([...builtinChecklists.map(({ id }) => id), 'soundcheck']);
    expect(list().filter(({ file }) => file !== null)).toMatchObject([
      { file: 'b.yml', overrides: true },
      { file: 'a.yaml', overrides: false },
    ]);
    expect(list()[0]?.checklist.source).toBe('our own');
  });

  it('stay as they came where a file is wrong, which is said with file, line and reason', async () => {
    const files = {
      'morning.yaml': checklist({ id: 'morning', sense: 'heartbeat' }),
      'weekly.yaml': checklist({ id: 'weekly', extra: '    colour: red' }),
    };
    const { list, problems } = await open(files);
    expect(list()[0]?.checklist).toBe(builtinChecklists[0]);
    expect(problems()).toMatchObject([
      { file: 'morning.yaml', line: 9, reason: expect.stringMatching(/^items\.0\.sense: /) },
      { file: 'weekly.yaml', line: 14, reason: 'items.0: Unrecognized key: "colour"' },
    ]);
    expect(logged).toEqual(problems().map((problem) => ['a checklist of the festival was refused', problem]));
  });
});
