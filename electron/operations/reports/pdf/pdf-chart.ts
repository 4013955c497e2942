import type { DocumentChart } from '../../../../shared/domain/report-document.ts';
import { COLOURS, INNER, PAGE, type PdfPage, type TextStyle } from './pdf-page.ts';
import { CAPTION, lineHeight } from './pdf-table.ts';

type Structure = ReturnType<PDFKit.PDFDocument['struct']>;

const LABEL: TextStyle = { size: 7.5 };
const HEIGHT = 120;
const BAR = 13;

/** Bars as lines of their own, so that they are sharp at every size; for who cannot see them there is a sentence. */
export const drawChart = (page: PdfPage, parent: Structure, chart: DocumentChart): void => {
  const height = chart.form === 'columns' ? HEIGHT : chart.labels.length * BAR;
  page.ensure(lineHeight(CAPTION) + 4 + height + 16);
  parent.add(page.doc.struct('P', {}, () => page.drawLine(chart.caption, PAGE.left, page.y, CAPTION)));
  page.move(lineHeight(CAPTION) + 4);
  const most = Math.max(1, ...chart.values);
  const draw = chart.form === 'columns' ? () => drawColumns(page, chart, most) : () => drawBars(page, chart, most);
  parent.add(page.doc.struct('Figure', { alt: chart.alternative }, draw));
  page.move(height + 16);
};

const drawColumns = (page: PdfPage, { labels, values, shown }: DocumentChart, most: number): void => {
  const { doc } = page;
  const bottom = page.y + HEIGHT - lineHeight(LABEL);
  const top = page.y + lineHeight(LABEL);
  const step = INNER / values.length;
  const width = Math.min(40, step * 0.7);
  doc
    .moveTo(PAGE.left, bottom)
    .lineTo(PAGE.left + INNER, bottom)
    .lineWidth(0.5)
    .strokeColor(COLOURS.line)
    .stroke();
  // Where days stand close together, some have their words.
  const widest = Math.max(
    ...labels.map((text) => page.widthOf(text, LABEL)),
    ...shown.map((text) => page.widthOf(text, LABEL)),
  );
  const every = Math.max(1, Math.ceil((widest + 6) / step));
  for (const [index, value] of values.entries()) {
    const middle = PAGE.left + step * (index + 0.5);
    const height = ((bottom - top) * Math.max(0, value)) / most;
    doc.rect(middle - width / 2, bottom - height, width, height).fill(COLOURS.bar);
    if (index % every !== 0) continue;
    const centred = (text: string, y: number): void =>
      page.drawLine(text, middle - page.widthOf(text, LABEL) / 2, y, LABEL);
    centred(labels[index] ?? '', bottom + 2);
    centred(shown[index] ?? '', bottom - height - lineHeight(LABEL));
  }
};

const drawBars = (page: PdfPage, { labels, values, shown }: DocumentChart, most: number): void => {
  const { doc } = page;
  const left = PAGE.left + 140;
  const right = PAGE.left + INNER - Math.max(...shown.map((text) => page.widthOf(text, LABEL))) - 6;
  for (const [index, value] of values.entries()) {
    const y = page.y + index * BAR;
    const [label = ''] = page.linesOf(labels[index] ?? '', 132, LABEL, 1);
    page.drawLine(label, left - 6 - page.widthOf(label, LABEL), y + 1.5, LABEL);
    const width = ((right - left) * Math.max(0, value)) / most;
    doc.rect(left, y + 1, width, BAR - 4).fill(COLOURS.bar);
    page.drawLine(shown[index] ?? '', left + width + 4, y + 1.5, LABEL);
  }
};
