import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DocumentTable, shownOf } from '../../../../shared/domain/report-document.ts';
import { COLOURS, INNER, PAGE, type PdfPage, type TextStyle } from './pdf-page.ts';

type Structure = ReturnType<PDFKit.PDFDocument['struct']>;

const PADDING = 3;
/** Of a cell: longer ones stand in the CSV file. */
const MOST_LINES = 40;

/** A console goes on with everything else after so long. */
const TURN_MS = 10;

/** Tables with many columns are set smaller. */
const styleOf = (columns: number): TextStyle => ({ size: columns > 8 ? 6.5 : columns > 6 ? 7.5 : 8.5 });
const headOf = ({ size }: TextStyle): TextStyle => ({ size, weight: 600 });

/** A table, whose head stands again on each page that it goes on to. */
export const drawTable = async (page: PdfPage, parent: Structure, table: DocumentTable): Promise<void> => {
  const { doc } = page;
  const style = styleOf(table.columns.length);
  const widths = widthsOf(page, table, style);
  const rowHeight = (lines: readonly (readonly string[])[]): number =>
    Math.max(1, ...lines.map(({ length }) => length)) * lineHeight(style) + 2 * PADDING;
  const cut = (texts: readonly string[], of: TextStyle) =>
    texts.map((text, index) => page.linesOf(text, (widths[index] ?? 0) - 2 * PADDING, of, MOST_LINES));
  const head = cut(
    table.columns.map(({ label }) => label),
    headOf(style),
  );
  const headHeight = rowHeight(head);
  const caption = lineHeight(CAPTION) + 4;
  page.ensure(caption + headHeight + 2 * lineHeight(style));

  const structure = doc.struct('Table');
  parent.add(structure);
  structure.add(doc.struct('Caption', {}, () => page.drawLine(table.caption, PAGE.left, page.y, CAPTION)));
  page.move(caption);

  const drawRow = (lines: readonly (readonly string[])[], of: TextStyle, cellOf: (draw: () => void) => void): void => {
    let x: number = PAGE.left;
    for (const [index, cell] of lines.entries()) {
      const width = widths[index] ?? 0;
      const left = x;
      cellOf(() => {
        for (const [row, line] of cell.entries()) {
          const shift = table.columns[index]?.number === true ? width - 2 * PADDING - page.widthOf(line, of) : 0;
          page.drawLine(line, left + PADDING + shift, page.y + PADDING + row * lineHeight(of), of);
        }
      });
      x += width;
    }
  };
  const rule = (top: number): void =>
    page.artifact(() => {
      doc
        .moveTo(PAGE.left, top)
        .lineTo(PAGE.left + INNER, top)
        .lineWidth(0.5)
        .strokeColor(COLOURS.line)
        .stroke();
    });

  if (table.rows.length > 0) {
    const row = doc.struct('TR');
    structure.add(row);
    drawRow(head, headOf(style), (draw) => row.add(doc.struct('TH', {}, draw)));
    row.end();
    page.move(headHeight);
    rule(page.y);
  }
  let began = performance.now();
  for (const [index, cells] of table.rows.entries()) {
    if (performance.now() - began > TURN_MS) {
      await nextTurn();
      began = performance.now();
    }
    const lines = cut(cells.map(shownOf), style);
    const height = rowHeight(lines);
    if (page.ensure(height)) {
      page.artifact(() => drawRow(head, headOf(style), (draw) => draw()));
      page.move(headHeight);
      rule(page.y);
    }
    if (index % 2 === 1) page.artifact(() => doc.rect(PAGE.left, page.y, INNER, height).fill(COLOURS.stripe));
    const row = doc.struct('TR');
    structure.add(row);
    drawRow(lines, style, (draw) => row.add(doc.struct('TD', {}, draw)));
    row.end();
    page.move(height);
  }
  structure.end();
  if (table.note !== null) {
    parent.add(doc.struct('P', {}, () => page.drawLine(table.note ?? '', PAGE.left + PADDING, page.y + 2, QUIET)));
    page.move(lineHeight(QUIET) + 2);
  }
  page.move(12);
};

export const CAPTION: TextStyle = { size: 9.5, weight: 600 };
const QUIET: TextStyle = { size: 8.5, colour: COLOURS.quiet };
export const lineHeight = ({ size }: TextStyle): number => size * 1.35;

/** By what the columns hold: what is short gets what it needs, and the rest is shared out by `wide`. */
const widthsOf = (page: PdfPage, { columns, rows }: DocumentTable, style: TextStyle): number[] => {
  const needs = columns.map(({ label }, index) => {
    const longest = rows
      .slice(0, 200)
      .reduce((most, row) => Math.max(most, page.widthOf(shownOf(row[index] ?? null).slice(0, 80), style)), 0);
    const words = label.split(' ').reduce((most, word) => Math.max(most, page.widthOf(word, headOf(style))), 0);
    return Math.max(longest, words) + 2 * PADDING + 0.5;
  });
  const total = needs.reduce((sum, need) => sum + need, 0);
  if (total <= INNER) {
    const spare = INNER - total;
    const wide = columns.reduce((sum, column) => sum + (column.wide ?? 1), 0);
    return needs.map((need, index) => need + (spare * (columns[index]?.wide ?? 1)) / wide);
  }
  // Numbers are not broken; texts share what is left.
  const fixed = columns.map((column, index) => (column.number === true ? (needs[index] ?? 0) : 0));
  const left = INNER - fixed.reduce((sum, width) => sum + width, 0);
  const texts = columns.map((column, index) =>
    column.number === true ? 0 : Math.min(needs[index] ?? 0, (column.wide ?? 1) * 60),
  );
  const share = texts.reduce((sum, width) => sum + width, 0);
  return columns.map((column, index) =>
    column.number === true ? (fixed[index] ?? 0) : (left * (texts[index] ?? 0)) / share,
  );
};
