/** A measured number in a table: four digits behind the point, fewer of a whole one; `-` for none. */
export function numberCell(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1e-3 ? value.toFixed(4) : value.toExponential(2);
}
