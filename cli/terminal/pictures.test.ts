import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Picture } from '../../ml/data/picture.ts';
import { decodePicture, encodePng } from '../../ml/data/png.ts';
import { fitCells } from './fit-cells.ts';
import { halfBlocks } from './half-blocks.ts';
import { itermImage } from './iterm-image.ts';
import { kittyImage } from './kitty-image.ts';
import { type PictureMode, pictureMode } from './picture-mode.ts';
import { scalePicture } from './scale-picture.ts';
import { visibleLength } from './visible-length.ts';

/** Noise, which no PNG makes small; the same each time. */
const picture = (width: number, height: number): Picture => ({
  width,
  height,
  pixels: new Uint8Array(createHash('shake256', { outputLength: 3 * width * height }).digest()),
});

/** What a terminal would show: the pixels of lines of half blocks, null where its own background is. */
function pixelsOf(lines: readonly string[]): (string | null)[][] {
  return lines.flatMap((line) => {
    const [above, below]: [(string | null)[], (string | null)[]] = [[], []];
    let [front, back]: [string | null, string | null] = [null, null];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    for (const [, codes] of line.matchAll(/\u001b\[([\d;]*)m|▀/g)) {
      if (codes === undefined) {
        above.push(front);
        below.push(back);
      } else if (codes === '0') [front, back] = [null, null];
      else {
        front = /^38;2;(\d+;\d+;\d+)/.exec(codes)?.[1] ?? front;
        back = /48;2;(\d+;\d+;\d+)$/.exec(codes)?.[1] ?? null;
      }
    }
    return [above, below];
  });
}

const colourAt = ({ width, pixels }: Picture, x: number, y: number): string =>
  pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3).join(';');

test('half blocks hold each pixel, two a cell, and leave the colours as they were', () => {
  const given = picture(5, 3);
  const lines = halfBlocks(given, { columns: 5, rows: 2 });
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line.endsWith('\u001b[0m')).toBe(true);
  const seen = pixelsOf(lines);
  for (let y = 0; y < 3; y++) expect(seen[y]).toEqual([0, 1, 2, 3, 4].map((x) => colourAt(given, x, y)));
  expect(seen[3]).toEqual([null, null, null, null, null]);
});

test('the bytes of one half block are exactly these', () => {
  const two = { width: 1, height: 2, pixels: Uint8Array.of(255, 0, 1, 2, 3, 254) };
  expect(halfBlocks(two, { columns: 1, rows: 1 })).toEqual(['\u001b[38;2;255;0;1;48;2;2;3;254m▀\u001b[0m']);
  const plain = { width: 2, height: 2, pixels: new Uint8Array(12) };
  expect(halfBlocks(plain, { columns: 2, rows: 1 })).toEqual(['\u001b[38;2;0;0;0;48;2;0;0;0m▀▀\u001b[0m']);
});

test('a small picture is enlarged by a whole factor: each pixel is a square', () => {
  const given = picture(16, 16);
  const seen = pixelsOf(halfBlocks(given, { columns: 40, rows: 30 }));
  expect([seen.length, seen[0]!.length]).toEqual([32, 32]);
  for (const [y, row] of seen.entries())
    for (const [x, colour] of row.entries()) expect(colour).toBe(colourAt(given, x >> 1, y >> 1));
});

test('a large picture is shrunk to means', () => {
  const checks = {
    width: 4,
    height: 2,
    pixels: Uint8Array.from([0, 0, 0, 100, 100, 100, 200, 200, 200, 50, 50, 50].concat(Array(12).fill(10))),
  };
  expect([...scalePicture(checks, { width: 2, height: 2 }).pixels]).toEqual([30, 30, 30, 68, 68, 68]);
});

test('no picture is wider or higher than the room for it', () => {
  const length = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(length, length, length, length, (width, height, columns, rows) => {
      const lines = halfBlocks(picture(width, height), { columns, rows });
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(visibleLength(line)).toBeLessThanOrEqual(columns);
      const cells = fitCells({ width, height }, { columns, rows });
      expect(cells.columns >= 1 && cells.columns <= columns && cells.rows >= 1 && cells.rows <= rows).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('kitty gets the PNG in chunks of at most 4096 characters, all but the last multiples of 4', async () => {
  const given = picture(70, 70);
  const png = await encodePng(given);
  const sent = kittyImage(png, { columns: 20, rows: 10 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol is made of them
  const chunks = [...sent.matchAll(/\u001b_G([^;]*);([^\u001b]*)\u001b\\/g)].map(([, keys, data]) => ({
    keys: keys!,
    data: data!,
  }));
  expect(chunks.map(({ keys, data }) => `\u001b_G${keys};${data}\u001b\\`).join('')).toBe(sent);
  expect(chunks.length).toBeGreaterThan(2);
  expect(chunks.map(({ keys }) => keys)).toEqual([
    'a=T,f=100,t=d,c=20,r=10,C=1,q=2,m=1',
    ...Array(chunks.length - 2).fill('m=1'),
    'm=0',
  ]);
  for (const { data } of chunks.slice(0, -1)) expect(data).toHaveLength(4096);
  expect(chunks.at(-1)!.data.length).toBeLessThanOrEqual(4096);
  const again = Buffer.from(chunks.map(({ data }) => data).join(''), 'base64');
  expect(again.equals(png)).toBe(true);
  expect(await decodePicture(again)).toEqual(given);
});

test('a picture that fits one chunk is one sequence', () => {
  expect(kittyImage(Uint8Array.of(1, 2, 3), { columns: 2, rows: 1 })).toBe(
    '\u001b_Ga=T,f=100,t=d,c=2,r=1,C=1,q=2,m=0;AQID\u001b\\',
  );
});

test('iTerm2 gets the file whole, with its size', async () => {
  const png = await encodePng(picture(24, 24));
  const sent = itermImage(png, { columns: 32, rows: 16 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol is made of them
  const [, settings, data] = /^\u001b\]1337;File=([^:]*):([^\u0007]*)\u0007$/.exec(sent)!;
  expect(settings).toBe(`size=${png.length};width=32;height=16;preserveAspectRatio=1;inline=1`);
  expect(await decodePicture(Buffer.from(data!, 'base64'))).toEqual(picture(24, 24));
});

const modes: [NodeJS.ProcessEnv, boolean, PictureMode][] = [
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', COLORTERM: 'truecolor' }, true, 'iterm'],
  [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, true, 'iterm'],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm', COLORTERM: 'truecolor' }, true, 'iterm'],
  [{ TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1', COLORTERM: 'truecolor' }, true, 'kitty'],
  [{ TERM: 'xterm-ghostty' }, true, 'kitty'],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, true, 'blocks'],
  [{ TERM: 'xterm-256color', COLORTERM: '24bit', TERM_PROGRAM: 'vscode' }, true, 'blocks'],
  [{ TERM: 'tmux-256color', TMUX: '/tmp/tmux-0/default,1,0', KITTY_WINDOW_ID: '1', COLORTERM: 'truecolor' }, true, 'blocks'],
  [{ TERM: 'screen', STY: '1.pts', LC_TERMINAL: 'iTerm2' }, true, 'files'],
  [{ TERM: 'xterm-256color' }, true, 'files'],
  [{ TERM: 'dumb', COLORTERM: 'truecolor' }, true, 'files'],
  [{ TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1', NO_COLOR: '1' }, true, 'files'],
  [{ TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1', COLORTERM: 'truecolor' }, false, 'files'],
  [{}, true, 'files'],
];
test.each(modes)('a terminal that says %j (a terminal: %j) is given %s', (env, isTerminal, mode) => {
  expect(pictureMode(env, isTerminal)).toBe(mode);
});
