/** What a spreadsheet would take for a formula (OWASP, "CSV Injection"): it begins with one of these. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A row as RFC 4180 has it. Numbers stay numbers; a text that a spreadsheet would compute stays a text. */
export const csvRow = (cells: readonly (string | number | null)[]): string => `${cells.map(cellOf).join(',')}\r\n`;

const cellOf = (cell: string | number | null): string => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
};
