import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appRoot } from '../lib/app-root.ts';

/** The festival's own tables, by docs/festival-schema.md. */
const FOREIGN = /public\.(app_transaction_log|nfc_scan_log|table_cards)\b/;
/** Columns that the festival's writers fill: read through a function that takes any value, or not at all. */
const COLUMNS =
  'amount|amount_involved|previous_balance|new_balance|timestamp|scan_timestamp|details|transaction_type|status|scan_status';
/** `console.amount_of(t.amount_involved)` and the like; a test for NULL; a cast to text. */
const TOTAL = new RegExp(
  `console\\.\\w+\\((?:\\w+\\.)?(?:${COLUMNS})(?:::text)?\\)|(?:\\w+\\.)?(?:${COLUMNS})(?:::text\\b| is (?:not )?null)`,
  'g',
);

/** Columns of a table, and NULL where it lacks one, for the select around them. */
const PASSED_ON =
  / (?:from|cross join) \(select null::[^()]*\) as absent cross join lateral \( ?select [\w, ]+ from (public\.\w+)(?: where [^()]* union all select [\w, ]+ from public\.\w+)?(?= where)/g;

const productFiles = (folder: string): string[] =>
  readdirSync(join(appRoot(), folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`);

/** Statements of the tagged kind, with the call that they are in. */
const statementsOf = (file: string): { call: string; text: string }[] => {
  const source = readFileSync(join(appRoot(), file), 'utf8');
  return [
    ...source.matchAll(
      /(\.(?:rows|row|maybeRow|fittingRows|run)\(\s*(?:\w+(?:\.\w+\([^`]*?\))?,)?\s*(?:\/\/[^\n]*\n\s*)*)?sql`([^`]*)`/g,
    ),
  ].map((match) => ({ call: /\.(\w+)\(/.exec(match[1] ?? '')?.[1] ?? '', text: match[2] ?? '' }));
};

const files = ['electron/engine', 'electron/operations', 'electron/site'].flatMap(productFiles);
const foreign = files.flatMap((file) =>
  statementsOf(file)
    .filter(({ text }) => FOREIGN.test(text))
    .map((statement) => ({ file, ...statement })),
);

describe('a statement over the festival’s tables', () => {
  it('is found by this test', () => {
    expect(foreign.length).toBeGreaterThan(20);
  });

  it.each(foreign)('in $file hands on no value that a row of the festival could make unreadable', ({ text }) => {
    // What is selected, from each select up to its from; our own tables have types of our own.
    const bare = text
      .replaceAll(/--[^\n]*/g, '')
      .replaceAll(/\s+/g, ' ')
      // Bare columns beside those that a log may lack are handed on by the select around them.
      .replaceAll(PASSED_ON, ' from $1')
      .replaceAll(TOTAL, '');
    const selected = [...bare.matchAll(/select ((?:(?!select ).)*?) from (public\.\w+)/g)].map(
      (match) => match[1] ?? '',
    );
    for (const list of selected) {
      expect(
        list.match(new RegExp(`(?<![\\w'])(?:\\w+\\.)?(?:${COLUMNS})(?![\\w'])(?! from)(?<!as (?:${COLUMNS}))`, 'g')),
      ).toBeNull();
    }
  });
});

describe('rows that others may write', () => {
  it.each([
    ['electron/operations/alerts/incident-rows.ts', 4],
    ['electron/operations/runbooks/run-follower.ts', 2],
    ['electron/operations/operators/operators.ts', 1],
    ['electron/operations/corrections/proposal-view.ts', 2],
    ['electron/operations/cards/card-follower.ts', 5],
    ['electron/operations/cards/card-view.ts', 1],
    ['electron/operations/cards/card-page.ts', 1],
  ])('are read each for itself in %s', (file, times) => {
    expect(readFileSync(join(appRoot(), file), 'utf8').match(/tx\.fittingRows\(/g)).toHaveLength(times);
  });
});
