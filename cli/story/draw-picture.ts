import { decodePicture, encodePng } from '../../ml/data/png.ts';
import { type Cells, fitCells } from '../terminal/fit-cells.ts';
import { halfBlocks } from '../terminal/half-blocks.ts';
import { itermImage } from '../terminal/iterm-image.ts';
import { kittyImage } from '../terminal/kitty-image.ts';
import { scalePicture } from '../terminal/scale-picture.ts';

export type Drawing = 'iterm' | 'kitty' | 'blocks';

/** A picture as lines of a text that may stand behind the branches of a tree. */
export interface DrawnPicture {
  lines: string[];
  /** Stands in front of the line below them: from there the terminal is told to draw into the lines, which the text has left empty. So the
   *  screen has scrolled before, and the branches beside the picture stay. */
  fromBelow: string;
}

/** Draws into at most so many columns. */
export type DrawPicture = (columns: number) => DrawnPicture;

/** The terminal smoothes what it enlarges, so a picture is enlarged to about this many pixels a side before, in squares. */
const SIDE = 512;
const SAVE = '\u001b7';
const RESTORE = '\u001b8';

/** Makes a picture ready to be drawn in at most `most` cells. @throws what sharp says of bytes that are no picture */
export async function drawPicture(bytes: Uint8Array, drawing: Drawing, most: Cells): Promise<DrawPicture> {
  const picture = await decodePicture(bytes);
  const room = (columns: number): Cells => ({ columns: Math.max(1, Math.min(columns, most.columns)), rows: most.rows });
  if (drawing === 'blocks') return (columns) => ({ lines: halfBlocks(picture, room(columns)), fromBelow: '' });
  const image = drawing === 'kitty' ? kittyImage : itermImage;
  const png = await encodePng(scalePicture(picture, { width: SIDE, height: SIDE }));
  return (columns) => {
    const cells = fitCells(picture, room(columns));
    const fromBelow = `${SAVE}\u001b[${cells.rows}A${image(png, cells)}${RESTORE}`;
    return { lines: Array.from({ length: cells.rows }, () => ''), fromBelow };
  };
}
