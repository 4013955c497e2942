import {
  type DocumentFact,
  type DocumentSection,
  type ReportDocument,
  shownOf,
} from '../../../../shared/domain/report-document.ts';
import { fill } from '../../../../shared/i18n/fill.ts';
import { drawChart } from './pdf-chart.ts';
import { COLOURS, createPdfPage, INNER, PAGE, type PdfPage, type TextStyle } from './pdf-page.ts';
import { drawTable, lineHeight } from './pdf-table.ts';

type Structure = ReturnType<PDFKit.PDFDocument['struct']>;

const TITLE: TextStyle = { size: 22, weight: 600 };
const HEADING: TextStyle = { size: 14, weight: 600 };
const BODY: TextStyle = { size: 9.5 };
const QUIET: TextStyle = { size: 9.5, colour: COLOURS.quiet };
const SMALL: TextStyle = { size: 7.3 };
const FOOT: TextStyle = { size: 7.5, colour: COLOURS.quiet };

/**
 * A report as a tagged PDF of A4 pages with its fonts: a reader who cannot see it is told headings, tables and what figures show.
 * The same document has the same bytes.
 * @param createdAt an instant, which stands in the file as when it was made
 */
export const reportPdf = async (
  document: ReportDocument,
  { createdAt }: { createdAt: string },
): Promise<Uint8Array> => {
  const page = createPdfPage({ title: document.title, language: document.language, createdAt });
  const { doc } = page;
  const root = doc.struct('Document');
  doc.addStructure(root);
  drawHead(page, root, document);
  for (const section of document.sections) await drawSection(page, root, section);
  root.end();
  drawFeet(page, document);
  return page.end();
};

/** A text in as many lines as it needs; over a page's end it goes on. */
const drawText = (page: PdfPage, parent: Structure, tag: string, text: string, style: TextStyle, after = 4): void => {
  const lines = page.linesOf(text, INNER, style);
  page.ensure(Math.min(lines.length, 3) * lineHeight(style));
  const structure = page.doc.struct(tag, {}, () => {
    for (const line of lines) {
      page.ensure(lineHeight(style));
      page.drawLine(line, PAGE.left, page.y, style);
      page.move(lineHeight(style));
    }
  });
  parent.add(structure);
  structure.end();
  page.move(after);
};

const drawHead = (page: PdfPage, root: Structure, document: ReportDocument): void => {
  const head = page.doc.struct('Sect');
  root.add(head);
  drawText(page, head, 'H1', document.title, TITLE, 2);
  drawText(page, head, 'P', document.subtitle, QUIET, 6);
  const { yes, sentence } = document.signed;
  drawText(page, head, 'P', sentence, { ...BODY, weight: 600, colour: yes ? COLOURS.text : COLOURS.bad }, 10);
  drawFacts(page, head, document.facts);
  head.end();
};

/** Names left, values beside them. */
const drawFacts = (page: PdfPage, parent: Structure, facts: readonly DocumentFact[]): void => {
  if (facts.length === 0) return;
  const { doc } = page;
  const left = Math.min(INNER * 0.5, Math.max(...facts.map(({ label }) => page.widthOf(label, QUIET))) + 14);
  const list = doc.struct('Table');
  parent.add(list);
  for (const { label, cell } of facts) {
    const names = page.linesOf(label, left - 10, QUIET);
    // A hash stands on one line.
    const style = page.widthOf(shownOf(cell), BODY) <= INNER - left ? BODY : SMALL;
    const values = page.linesOf(shownOf(cell), INNER - left, style);
    const height = Math.max(names.length, values.length) * lineHeight(BODY) + 2;
    page.ensure(height);
    const row = doc.struct('TR');
    list.add(row);
    const cellAt = (tag: string, lines: readonly string[], x: number, of: TextStyle): void => {
      row.add(
        doc.struct(tag, {}, () => {
          for (const [index, line] of lines.entries()) page.drawLine(line, x, page.y + index * lineHeight(of), of);
        }),
      );
    };
    cellAt('TH', names, PAGE.left, QUIET);
    cellAt('TD', values, PAGE.left + left, style);
    row.end();
    page.move(height);
  }
  list.end();
  page.move(12);
};

/** A heading is never the last line of a page. */
const HEADING_ROOM = 120;

const drawSection = async (page: PdfPage, root: Structure, section: DocumentSection): Promise<void> => {
  const { doc } = page;
  page.move(6);
  page.ensure(HEADING_ROOM);
  const structure = doc.struct('Sect', { title: section.heading });
  root.add(structure);
  doc.outline.addItem(section.heading);
  drawText(page, structure, 'H2', section.heading, HEADING, 4);
  for (const sentence of section.paragraphs) drawText(page, structure, 'P', sentence, BODY);
  page.move(2);
  drawFacts(page, structure, section.facts);
  for (const chart of section.charts) drawChart(page, structure, chart);
  for (const table of section.tables) await drawTable(page, structure, table);
  structure.end();
};

/** At the foot of each page: which report, and which page of how many. */
const drawFeet = (page: PdfPage, { foot, page: words }: ReportDocument): void => {
  const { doc } = page;
  const { start, count } = doc.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    doc.switchToPage(start + index);
    const number = fill(words, { page: index + 1, pages: count });
    const y = PAGE.height - PAGE.bottom + 22;
    page.artifact(() => {
      page.drawLine(foot, PAGE.left, y, FOOT);
      page.drawLine(number, PAGE.width - PAGE.right - page.widthOf(number, FOOT), y, FOOT);
    });
  }
};
