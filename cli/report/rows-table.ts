import { table } from '../terminal/table.ts';

type Row = Record<string, unknown>;

/** The table that a pipeline makes itself: a reduce whose result has `rows`. One line a row, one column for each plain value; an object
 *  of numbers, such as an accuracy by slice, becomes a column for each of its names. Null when the result has no such rows. */
export function rowsTable(result: unknown): string | null {
  const rows = (result as { rows?: unknown } | null)?.rows;
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(isRow)) return null;
  const flat = rows.map(flatten);
  const found = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const numeric = (title: string): boolean => flat.every((row) => typeof (row.get(title) ?? 0) === 'number');
  // Words first: canonical JSON has its names in the order of the alphabet.
  const titles = [...found.filter((title) => !numeric(title)), ...found.filter(numeric)];
  return table(
    titles.map((title) => (numeric(title) ? { title, align: 'right' as const } : { title })),
    flat.map((row) => titles.map((title) => cell(row.get(title)))),
  );
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

function flatten(row: Row): Map<string, string | number> {
  const cells = new Map<string, string | number>();
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'string' || typeof value === 'number') cells.set(name, value);
    if (!isRow(value)) continue;
    for (const [inner, number] of Object.entries(value)) if (typeof number === 'number') cells.set(`${name} ${inner}`, number);
  }
  return cells;
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}
