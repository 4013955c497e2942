import type { Language } from '../domain/language.ts';
import type { DocumentCell, DocumentChart, DocumentTable } from '../domain/report-document.ts';
import type { ListOf } from '../domain/report-parts.ts';
import { fill } from './fill.ts';
import {
  plainBytes,
  plainDay,
  plainDuration,
  plainMoney,
  plainNumber,
  plainShare,
  plainTime,
} from './report-format.ts';
import { type ReportWords, reportWords } from './report-words.ts';

/** Cells, tables and charts of one report in one language. */
export type ReportCells = ReturnType<typeof reportCells>;

export const reportCells = (language: Language, timeZone: string) => {
  const words: ReportWords = reportWords[language];
  const cells = {
    count: (value: number): DocumentCell => ({ raw: value, shown: plainNumber(value, language, 1) }),
    decimal: (value: number | null): DocumentCell =>
      value === null ? null : { raw: value, shown: plainNumber(value, language, 2) },
    /** Cents; a spreadsheet gets euros. */
    money: (amount: number | null): DocumentCell =>
      amount === null ? null : { raw: amount / 100, shown: plainMoney(amount, language) },
    share: (value: number | null): DocumentCell =>
      value === null ? null : { raw: Math.round(value * 1e6) / 1e6, shown: plainShare(value, language) },
    /** Milliseconds. */
    duration: (ms: number | null): DocumentCell =>
      ms === null ? null : { raw: ms, shown: plainDuration(ms, language) },
    bytes: (value: number): DocumentCell => ({ raw: value, shown: plainBytes(value, language) }),
    time: (instant: string | null): DocumentCell =>
      instant === null ? null : { raw: instant, shown: plainTime(instant, timeZone) },
    day: (day: string): DocumentCell => ({ raw: day, shown: plainDay(day) }),
    yes: (value: boolean): DocumentCell => ({ raw: String(value), shown: value ? words.yes : words.no }),
    /** A word of ours with its translation, where there is one: `kind_goodwill`. */
    word: (group: string, value: string): DocumentCell => {
      const key = `${group}_${value}`;
      return key in words ? { raw: value, shown: words[key as keyof ReportWords] } : value;
    },
    place: (place: string | null): DocumentCell =>
      place === null ? null : place === '' ? { raw: '', shown: words.noPlace } : place,
  };
  const table = <Row>(
    id: string,
    caption: string,
    { rows, left }: ListOf<Row>,
    columns: readonly (DocumentTable['columns'][number] & { readonly of: (row: Row) => DocumentCell })[],
  ): DocumentTable => ({
    ...{ id, caption },
    columns: columns.map(({ of: _, ...column }) => column),
    rows: rows.map((row) => columns.map(({ of }) => of(row))),
    note: rows.length === 0 ? words.none : left > 0 ? fill(words.more, { left: plainNumber(left, language) }) : null,
  });
  /** Nothing is drawn of a single value. */
  const chart = (
    form: DocumentChart['form'],
    caption: string,
    points: readonly { readonly label: string; readonly value: number; readonly shown: string }[],
  ): DocumentChart[] => {
    if (points.length < 2) return [];
    const sorted = [...points].sort((a, b) => a.value - b.value);
    const [least, most] = [sorted[0], sorted.at(-1)];
    return [
      {
        ...{ form, caption },
        alternative: fill(words.chart, {
          ...{ caption, least: least?.shown ?? '', leastOf: least?.label ?? '' },
          ...{ most: most?.shown ?? '', mostOf: most?.label ?? '' },
        }),
        labels: points.map(({ label }) => label),
        values: points.map(({ value }) => value),
        shown: points.map(({ shown }) => shown),
      },
    ];
  };
  return { language, words, ...cells, table, chart };
};
