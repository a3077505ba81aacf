import sharp from 'sharp';
import { expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.ts';
import { encodePng } from './png.ts';

it('lays pictures out in rows with their captions', async () => {
  const image = await encodePng({ width: 24, height: 24, pixels: new Uint8Array(24 * 24 * 3).fill(100) });
  const cell = { image, caption: 'a blue circle <above> a black square', frame: 'green' };
  const sheet = await contactSheet([[cell, cell], [cell]], { side: 48 });
  const { width, height, format } = await sharp(sheet).metadata();
  expect({ width, format }).toEqual({ width: 2 * 56 + 8, format: 'png' });
  expect(height).toBeGreaterThan(2 * 48);
  const { data } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
  expect(data[(8 + 24) * width * 3 + (8 + 24) * 3]).toBe(100);
});

it('an empty sheet is still a picture', async () => {
  expect((await sharp(await contactSheet([])).metadata()).format).toBe('png');
});
