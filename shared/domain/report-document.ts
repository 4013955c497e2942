/** A value of a report as it is: what spreadsheets compute with, and what a reader is shown where that is something else. */
export type DocumentCell = string | number | null | { readonly raw: string | number | null; readonly shown: string };

export type DocumentColumn = {
  /** The same in every language: the head of a column in a CSV file. */
  readonly id: string;
  readonly label: string;
  /** Numbers stand right. */
  readonly number?: boolean;
  /** Its share of the width, beside the others'. */
  readonly wide?: number;
};

export type DocumentTable = {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly DocumentColumn[];
  readonly rows: readonly (readonly DocumentCell[])[];
  /** Below it: that there are more rows, or that there are none. */
  readonly note: string | null;
};

/** Bars beside each other, one for each label. */
export type DocumentChart = {
  readonly caption: string;
  /** What it shows, for somebody who cannot see it. */
  readonly alternative: string;
  readonly labels: readonly string[];
  readonly values: readonly number[];
  /** Of each value, as it is written beside its bar. */
  readonly shown: readonly string[];
  /** `columns` stand side by side, as days do; `bars` lie below each other, as places do. */
  readonly form: 'columns' | 'bars';
};

export type DocumentFact = { readonly id: string; readonly label: string; readonly cell: DocumentCell };

export type DocumentSection = {
  readonly id: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly DocumentFact[];
  readonly charts: readonly DocumentChart[];
  readonly tables: readonly DocumentTable[];
};

/** A report in one language, before it is paper or a spreadsheet. */
export type ReportDocument = {
  readonly language: 'en' | 'fr';
  readonly title: string;
  readonly subtitle: string;
  /** Who has signed it, or that nobody has. */
  readonly signed: { readonly yes: boolean; readonly sentence: string };
  readonly facts: readonly DocumentFact[];
  readonly sections: readonly DocumentSection[];
  /** At the foot of each page; the page is filled in where pages are. */
  readonly foot: string;
  readonly page: string;
};

export const shownOf = (cell: DocumentCell): string =>
  cell === null ? '–' : typeof cell === 'object' ? cell.shown : String(cell);
export const rawOf = (cell: DocumentCell): string | number | null =>
  cell !== null && typeof cell === 'object' ? cell.raw : cell;
