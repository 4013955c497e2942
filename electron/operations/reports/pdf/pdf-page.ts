import PDFDocument from 'pdfkit';
import { createFonts, drawable, type Weight } from './pdf-fonts.ts';

/** A4 in points. */
export const PAGE = { width: 595.28, height: 841.89, left: 42, right: 42, top: 48, bottom: 56 } as const;
export const INNER = PAGE.width - PAGE.left - PAGE.right;
const FLOOR = PAGE.height - PAGE.bottom;

export const COLOURS = {
  text: '#1a1d21',
  quiet: '#5b626b',
  line: '#c9ced6',
  stripe: '#f4f6f8',
  bar: '#2f6fbd',
  bad: '#b3261e',
} as const;

export type TextStyle = { readonly size: number; readonly weight?: Weight; readonly colour?: string };

/** A page that is written from its top to its bottom, with text whose lines are broken here. */
export type PdfPage = ReturnType<typeof createPdfPage>;

export const createPdfPage = (options: { title: string; language: string; createdAt: string }) => {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { left: PAGE.left, right: PAGE.right, top: PAGE.top, bottom: 0 },
    ...{ tagged: true, lang: options.language, displayTitle: true, pdfVersion: '1.7' as const },
    // Another edition of the compressor may pack otherwise: the same report has the same bytes on every host.
    // Every font comes with Regie.
    ...{ bufferPages: true, compress: false, font: '' },
    info: { Title: options.title, Producer: 'Regie', Creator: 'Regie', CreationDate: new Date(options.createdAt) },
  });
  const fonts = createFonts();
  const registered = new Set<string>();
  /** Only the pieces that a report needs are read, and stand in it. */
  const chooseFont = (font: string): PDFKit.PDFDocument => {
    if (!registered.has(font)) doc.registerFont(font, fonts.fileOf(font));
    registered.add(font);
    return doc.font(font);
  };
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => doc.on('end', resolve));
  let y: number = PAGE.top;

  const widths = new Map<string, number>();
  /** By its characters: there is no kerning. */
  const widthOf = (text: string, { size, weight = 400 }: TextStyle): number => {
    let sum = 0;
    for (const char of text) {
      const key = weight + char;
      let width = widths.get(key);
      if (width === undefined) {
        const [run] = fonts.runs(char, weight);
        width = run === undefined ? 0 : chooseFont(run.font).fontSize(1_000).widthOfString(char) / 1_000;
        widths.set(key, width);
      }
      sum += width;
    }
    return sum * size;
  };

  /** The lines of a text in a width; a word that is longer than a line is broken where the line ends. */
  const linesOf = (text: string, width: number, style: TextStyle, most = Number.POSITIVE_INFINITY): string[] => {
    const lines: string[] = [];
    let line = '';
    const push = (word: string): void => {
      const longer = line === '' ? word : `${line} ${word}`;
      if (widthOf(longer, style) <= width) {
        line = longer;
        return;
      }
      if (line !== '') lines.push(line);
      line = '';
      for (const char of word) {
        if (line !== '' && widthOf(line + char, style) > width) {
          lines.push(line);
          line = '';
        }
        line += char;
      }
    };
    for (const word of drawable(text).split(' ')) push(word);
    lines.push(line);
    if (lines.length <= most) return lines;
    return [...lines.slice(0, most - 1), `${lines[most - 1] ?? ''}…`];
  };

  /** One line at a place, without any break. */
  const drawLine = (text: string, x: number, top: number, style: TextStyle): void => {
    let at = x;
    for (const run of fonts.runs(text, style.weight ?? 400)) {
      doc
        .font(run.font)
        .fontSize(style.size)
        .fillColor(style.colour ?? COLOURS.text);
      doc.text(run.text, at, top, { lineBreak: false });
      at += widthOf(run.text, style);
    }
  };

  return {
    doc,
    widthOf,
    linesOf,
    drawLine,
    get y() {
      return y;
    },
    /** Goes down the page. */
    move: (by: number): void => {
      y += by;
    },
    /** What is left of the page. */
    get room() {
      return FLOOR - y;
    },
    /** Goes on to the next page, unless so much has room on this one. @returns whether it is a new one */
    ensure: (height: number): boolean => {
      if (y + height <= FLOOR || y === PAGE.top) return false;
      doc.addPage();
      y = PAGE.top;
      return true;
    },
    /** What is no part of the report itself: a foot, a head that is repeated, lines. */
    artifact: (draw: () => void): void => {
      doc.markContent('Artifact', { type: 'Pagination' });
      draw();
      doc.endMarkedContent();
    },
    end: async (): Promise<Uint8Array> => {
      doc.end();
      await ended;
      return Buffer.concat(chunks);
    },
  };
};
