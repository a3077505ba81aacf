import { visibleLength } from './visible-length.ts';

export interface Column {
  title: string;
  /** Default `left`. */
  align?: 'left' | 'right';
  /** Longer cells are cut with an ellipsis. Characters. Default: as they are. */
  most?: number;
}

/** A plain text table: titles, then a line a row, columns two blanks apart, no lines drawn. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cut = rows.map((row) => columns.map((column, i) => shorten(row[i] ?? '', column.most)));
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cut.map((row) => visibleLength(row[i] ?? ''))));
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, i) => pad(cells[i] ?? '', widths[i] ?? 0, column.align))
      .join('  ')
      .trimEnd();
  return [columns.map((column) => column.title), ...cut].map(line).join('\n');
}

function pad(text: string, width: number, align: Column['align']): string {
  const blanks = ' '.repeat(Math.max(0, width - visibleLength(text)));
  return align === 'right' ? blanks + text : text + blanks;
}

/** At most `most` characters; the last of a cut text is an ellipsis. */
export function shorten(text: string, most = Number.POSITIVE_INFINITY): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length <= most ? flat : `${flat.slice(0, most - 1)}…`;
}
