import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { trueTypeOf } from './woff.ts';

/** Regular text, and headings. */
const WEIGHTS = [400, 600] as const;
export type Weight = (typeof WEIGHTS)[number];

/** Inter, in pieces by writing: the one that most of a report is in first. */
const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'greek-ext', 'vietnamese'] as const;
type Subset = (typeof SUBSETS)[number];

/** The bundle has a `require` of its own. */
const packages = createRequire(import.meta.url);

const unpacked = new Map<string, Buffer>();

/** A piece of the font, as it comes with Regie; unpacked once. */
const fontFile = (subset: Subset, weight: Weight): Buffer => {
  const name = `@fontsource/inter/files/inter-${subset}-${weight}-normal.woff`;
  const font = unpacked.get(name) ?? trueTypeOf(readFileSync(packages.resolve(name)));
  unpacked.set(name, font);
  return font;
};

const rangesSchema = z.record(z.string(), z.string());

type Range = { readonly from: number; readonly to: number };

/** `U+0000-00FF,U+0131` */
const parseRanges = (text: string): Range[] =>
  text.split(',').map((range) => {
    const [from = '', to = from] = range.trim().replace('U+', '').split('-');
    return { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
  });

/** What the pieces of the font say that they have, and these have not. */
const NARROW_BREAK = '\u202f';
/** Line breaks of the festival's own texts, tabs and what else has no form. */
const FORMLESS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as it can be drawn. */
export const drawable = (text: string): string => text.replace(FORMLESS, ' ');

/** Text in one piece of the font. */
export type Run = { readonly font: string; readonly text: string };

/** Takes a text apart by the piece of the font that has each of its characters; what none has is a box of the first. */
export const createFonts = () => {
  const ranges = rangesSchema.parse(
    JSON.parse(readFileSync(packages.resolve('@fontsource/inter/unicode.json'), 'utf8')),
  );
  const pieces = SUBSETS.map((subset) => ({ subset, ranges: parseRanges(ranges[subset] ?? '') }));
  const subsetOf = (point: number): Subset =>
    point < 0x100
      ? 'latin'
      : (pieces.find((piece) => piece.ranges.some(({ from, to }) => point >= from && point <= to))?.subset ?? 'latin');
  const runs = (text: string, weight: Weight): Run[] => {
    const found: { font: string; text: string }[] = [];
    for (const written of text) {
      const char = written === NARROW_BREAK ? '\u00a0' : written;
      const font = `${subsetOf(char.codePointAt(0) ?? 0)}-${weight}`;
      const last = found.at(-1);
      // A blank is in every piece, and ends none.
      if (last !== undefined && (last.font === font || char === ' ')) last.text += char;
      else found.push({ font, text: char });
    }
    return found;
  };
  return { runs, fileOf };
};

/** The file behind a run's `font`. */
const fileOf = (font: string): Buffer => {
  const [, subset, weight] = /^(.+)-(\d+)$/.exec(font) ?? [];
  return fontFile(
    SUBSETS.find((one) => one === subset) ?? 'latin',
    WEIGHTS.find((one) => String(one) === weight) ?? 400,
  );
};
