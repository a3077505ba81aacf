/** How well the models that ship follow texts and pictures: `npm run bench -- models [--texts N] [--pictures FILE]`. One JSON line a
 *  measure; with `--pictures`, a sheet of generated pictures beside their texts, and of captions beside real pictures. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256 } from '../../engine/plan/digest.ts';
import { contactSheet, readers } from '../../ml/data/index.ts';
import { MODEL_FILE, measureModels, openCaptioner, openTextToImage, shippedModels } from '../../ml/models/index.ts';

const TEXTS = [
  'a yellow square left of a black circle',
  'the blue triangle is above the yellow circle',
  'a black triangle is under a blue square',
  'a yellow circle and a blue square',
  'there is a black square and a yellow triangle',
];
const PICTURES_A_TEXT = 6;
const CAPTIONED = 12;

const { values } = parseArgs({ options: { texts: { type: 'string', default: '200' }, pictures: { type: 'string' } } });
const weights = Object.fromEntries(
  await Promise.all(shippedModels.map(async ({ name, folder }) => [name, await readFile(join(folder, MODEL_FILE))] as const)),
);
const files = { textToImage: weights['tiny-t2i']!, captioner: weights['tiny-captioner']!, miniClip: weights['tiny-mini-clip']! };

for (const { name, slice, value, n } of await measureModels(files, {
  texts: Number(values.texts),
  threads: 2,
  seed: sha256('bench/models'),
})) {
  console.log(JSON.stringify({ name, slice, value: Number(value.toFixed(4)), unit: 'share', n }));
}

if (values.pictures) await writeFile(values.pictures, await contactSheet([...(await drawnRows()), ...(await captionedRows())]));

async function drawnRows(): Promise<{ image: Uint8Array; caption?: string }[][]> {
  const generator = await openTextToImage(files.textToImage, { threads: 2 });
  const rows = [];
  for (const text of TEXTS) {
    const items = Array.from({ length: PICTURES_A_TEXT }, (_, index) => ({ text, seed: sha256(`${text}/${index}`) }));
    const pictures = await generator.generate(items);
    rows.push(pictures.map((image, index) => (index === 0 ? { image, caption: text } : { image })));
  }
  await generator.close();
  return rows;
}

async function captionedRows(): Promise<{ image: Uint8Array; caption?: string }[][]> {
  const captioner = await openCaptioner(files.captioner, { threads: 2 });
  const real: Uint8Array[] = [];
  for await (const row of readers.scenes!.read({})) {
    if (row.part === 'test' && row.image && real.length < CAPTIONED) real.push(row.image);
  }
  const captions = await captioner.caption(real.map((image, index) => ({ image, seed: sha256(`caption/${index}`) })));
  await captioner.close();
  const cells = real.map((image, index) => ({ image, caption: captions[index]!.text }));
  return [cells.slice(0, CAPTIONED / 2), cells.slice(CAPTIONED / 2)];
}
