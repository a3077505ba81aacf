import { readFile } from 'node:fs/promises';
import { HoplineError, type Reader } from 'hopline';

/** Your own texts: a folder with `lines.txt`, one text a line. */
export const lines: Reader = {
  name: 'lines',
  description: 'lines.txt: one text a line',
  async *read({ from }) {
    if (from === undefined) {
      throw new HoplineError('LINES_FOLDER_MISSING', 'lines.from must be a folder, got nothing', { hint: '--from DIR' });
    }
    const texts = (await readFile(`${from}/lines.txt`, 'utf8')).trim().split('\n');
    for (const [index, text] of texts.entries()) yield { id: `line-${index + 1}`, group: `line-${index + 1}`, text, meta: {} };
  },
};
