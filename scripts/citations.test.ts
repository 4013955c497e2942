import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/*
 * Comments and documents cite only what a reader of this repository can open: a page, and a heading of it in quotes
 * after its name (a line of its own, or the bold words with which a paragraph begins).
 */
const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
const names = new Set(tracked.map((file) => basename(file)));

const PROSE = /\.md$/;
const SOURCE = /\.(tsx?|mjs|cjs|sql|css|html|ya?ml|sh)$/;
/** This file's own examples cite nothing. */
const OWN = 'scripts/citations.test.ts';

/** A comment's lines without their marks, so that a citation may go on in the next one. */
const unwrap = (text: string): string =>
  text
    .replace(/https?:\/\/\S+/g, ' ')
    .replace(/\n[ \t]*(?:\*(?!\/)|--|\/\/|#(?!#))?[ \t]*/g, ' ')
    .replace(/[ \t]+/g, ' ');

const commentsOf = (text: string): string =>
  [...text.matchAll(/\/\*[\s\S]*?\*\/|(?:^|\s)(?:\/\/|--)[^\n]*(?:\n[ \t]*(?:\/\/|--)[^\n]*)*/g)].join('\n\n');

const headings = new Map<string, ReadonlySet<string>>();
const headingsOf = (file: string): ReadonlySet<string> => {
  const known = headings.get(file);
  if (known !== undefined) return known;
  const found = [...read(file).matchAll(/^#+ (.+)$|^(?:[-*] )?\*\*(.+?)\*\*/gm)].map((match) =>
    (match[1] ?? match[2] ?? '').replace(/[`*]|[.:]$/g, '').trim(),
  );
  headings.set(file, new Set(found));
  return headingsOf(file);
};

/** The tracked page that a citation names: from the root, or in a page of ours from its own folder. */
const pageOf = (cited: string, citing: string): string | undefined => {
  const relative = posix.normalize(posix.join(posix.dirname(citing), cited));
  return (PROSE.test(citing) ? [relative, cited] : [cited]).find((file) => tracked.includes(file));
};

const PAGE = /(?<![\w/.-])((?:\.\.\/)*(?:[\w-]+\/)*[\w-]+\.md)\b\)?(?:, "([^"]+)"(?: and "([^"]+)")?)?/g;
/** `docs/decisions/0014`, without the rest of its name. */
const DECISION = /\bdocs\/decisions\/(\d{4})(?![\w-])/g;
/** Sections and tickets of something that is elsewhere. */
const ELSEWHERE = /\b(?:guide|issue)(?:'s)?,? "[^"]+"/gi;
const CODE = /(?<![\w/.*{},<>-])(?:[\w-]+\/)*([\w.-]+\.(?:tsx?|mjs|cjs|sql))\b/g;

/** What a text cites and nobody can open. */
const deadCitations = (file: string, text: string): string[] => {
  const dead: string[] = [];
  const flat = unwrap(text);
  for (const [, cited = '', ...quoted] of flat.matchAll(PAGE)) {
    const page = pageOf(cited, file);
    if (page === undefined) dead.push(`${file}: ${cited}`);
    else {
      for (const heading of quoted) {
        if (heading !== undefined && !headingsOf(page).has(heading)) dead.push(`${file}: ${cited}, "${heading}"`);
      }
    }
  }
  for (const [cited, number] of flat.matchAll(DECISION)) {
    if (!tracked.some((one) => one.startsWith(`docs/decisions/${number}-`))) dead.push(`${file}: ${cited}`);
  }
  if (PROSE.test(file)) return dead;
  for (const [cited] of flat.matchAll(ELSEWHERE)) dead.push(`${file}: ${cited}`);
  for (const [cited, name = ''] of unwrap(commentsOf(text)).matchAll(CODE)) {
    if (!names.has(name) || (dirname(cited) !== '.' && !tracked.some((one) => one.endsWith(cited)))) {
      dead.push(`${file}: ${cited}`);
    }
  }
  return dead;
};

describe('citations', () => {
  it('name pages, headings and files of this repository only', () => {
    const files = tracked.filter((file) => file !== OWN && (PROSE.test(file) || SOURCE.test(file)));
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap((file) => deadCitations(file, read(file)))).toEqual([]);
  });

  it.each([
    ['a page that is not there', '/** Once (docs/nowhere.md). */', 'docs/nowhere.md'],
    ['a page without its folder', '/** Once (money.md). */', 'money.md'],
    ['a heading that is not there', '/** Once (docs/money.md, "Nothing"). */', 'docs/money.md, "Nothing"'],
    ['a heading on the next line', '/**\n * Once (docs/money.md,\n * "Nothing").\n */', 'docs/money.md, "Nothing"'],
    ['a decision that was never taken', '// Once (docs/decisions/9999).', 'docs/decisions/9999'],
    ['a section of the guide', '/** Guide, "Morning". */', 'Guide, "Morning"'],
    ['a file that has gone', '-- As in 9999_gone.sql.', '9999_gone.sql'],
  ])('are found dead: %s', (_, comment, cited) => {
    expect(deadCitations('electron/some.ts', comment)).toEqual([`electron/some.ts: ${cited}`]);
  });

  it.each([
    ['a page', '/** Once (docs/money.md). */'],
    ['its headings', '/** Once (docs/offline.md, "Outbox" and "Sending"). */'],
    ['the bold words of a paragraph', '/** Once (docs/detection.md, "Gaps and late commits"). */'],
    ['a decision by its number', '// Once (docs/decisions/0014).'],
    ['an address', '// See https://example.org/money.md for it.'],
  ])('are found alive: %s', (_, comment) => {
    expect(deadCitations('electron/some.ts', comment)).toEqual([]);
  });
});
