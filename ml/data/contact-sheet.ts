import sharp, { type OverlayOptions } from 'sharp';

export interface ContactCell {
  /** PNG, JPEG or WebP. */
  image: Uint8Array;
  /** Written below, one or more lines. */
  caption?: string;
  /** CSS colour of a frame, such as `green` for kept. */
  frame?: string;
}

export interface ContactSheetOptions {
  /** Side of a picture on the sheet, pixels; pictures are enlarged without smoothing. Default 96. */
  side?: number;
  /** Characters a caption line. Default 18. */
  columns?: number;
}

const GAP = 8;
const LINE = 12;

/** Rows of pictures with captions as one PNG. */
export async function contactSheet(
  cells: readonly (readonly ContactCell[])[],
  options: ContactSheetOptions = {},
): Promise<Uint8Array> {
  const side = options.side ?? 96;
  const wrapped = cells.map((row) => row.map((cell) => wrap(cell.caption ?? '', options.columns ?? Math.floor(side / 5.5))));
  const lines = wrapped.map((row) => Math.max(0, ...row.map((caption) => caption.length)));
  const width = Math.max(1, ...cells.map((row) => row.length)) * (side + GAP) + GAP;
  const layers: OverlayOptions[] = [];
  const drawn: string[] = [];
  let top = GAP;
  for (const [r, row] of cells.entries()) {
    for (const [c, cell] of row.entries()) {
      const left = GAP + c * (side + GAP);
      const image = await sharp(cell.image).resize(side, side, { kernel: 'nearest', fit: 'fill' }).png().toBuffer();
      layers.push({ input: image, left, top });
      if (cell.frame)
        drawn.push(
          `<rect x="${left - 2}" y="${top - 2}" width="${side + 4}" height="${side + 4}" fill="none" stroke="${escapeXml(cell.frame)}" stroke-width="3"/>`,
        );
      for (const [i, text] of wrapped[r]![c]!.entries())
        drawn.push(`<text x="${left}" y="${top + side + (i + 1) * LINE}">${escapeXml(text)}</text>`);
    }
    top += side + lines[r]! * LINE + GAP + 2;
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}"><g font-family="monospace" font-size="9" fill="#222">${drawn.join('')}</g></svg>`;
  const sheet = sharp({ create: { width, height: top, channels: 3, background: '#ffffff' } }).composite([
    ...layers,
    { input: Buffer.from(svg), left: 0, top: 0 },
  ]);
  return new Uint8Array(await sheet.png().toBuffer());
}

/** Breaks at blanks; a longer word stays whole. */
function wrap(caption: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of caption.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
