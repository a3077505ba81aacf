import type { Picture } from '../../ml/data/picture.ts';
import type { Cells } from './fit-cells.ts';
import { scalePicture } from './scale-picture.ts';

const RESET = '\u001b[0m';

/** A picture in 24-bit coloured half blocks, two pixels a cell: a line a row, none longer than `most.columns`. What is smaller than `most` is
 *  enlarged by a whole factor, what is larger is shrunk. */
export function halfBlocks(picture: Picture, most: Cells): string[] {
  const { width, height, pixels } = scalePicture(picture, { width: most.columns, height: 2 * most.rows });
  const colour = (x: number, y: number): string => pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3).join(';');
  return Array.from({ length: Math.ceil(height / 2) }, (_, row) => {
    let line = '';
    let last = '';
    for (let x = 0; x < width; x++) {
      // Below the last row of an odd height is nothing: the background of the terminal stays.
      const below = 2 * row + 1 < height ? `48;2;${colour(x, 2 * row + 1)}` : '49';
      const colours = `\u001b[38;2;${colour(x, 2 * row)};${below}m`;
      line += colours === last ? '▀' : `${colours}▀`;
      last = colours;
    }
    return line + RESET;
  });
}
