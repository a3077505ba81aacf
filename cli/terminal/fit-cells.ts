/** A rectangle of a terminal. A cell is taken to be twice as high as wide. */
export interface Cells {
  columns: number;
  rows: number;
}

/** The largest rectangle within `most` that has a picture's proportions. At least one cell each way. */
export function fitCells(picture: { width: number; height: number }, most: Cells): Cells {
  const columnsARow = (2 * picture.width) / picture.height;
  const rows = Math.min(most.rows, most.columns / columnsARow);
  return { columns: whole(rows * columnsARow, most.columns), rows: whole(rows, most.rows) };
}

const whole = (value: number, most: number): number => Math.max(1, Math.min(most, Math.round(value)));
