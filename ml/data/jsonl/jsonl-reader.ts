import path from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../json-lines.ts';
import { encodePng } from '../png.ts';
import { decodePictureOf, readPictureBytes } from '../read-picture.ts';
import type { DatasetReader, DatasetRow } from '../reader.ts';
import { DatasetError } from '../row-error.ts';
import { RELATIONS } from '../scenes/relation.ts';
import { assertTextLength } from '../text-limit.ts';
import { UniqueIds } from '../unique-ids.ts';

const Mention = z.strictObject({ text: z.string(), span: z.tuple([z.int().min(0), z.int().min(1)]) });
const Line = z.strictObject({
  id: z.string().min(1).max(200),
  text: z.string().min(1),
  /** Path inside the folder. */
  image: z.string().optional(),
  head: Mention,
  tail: Mention,
  label: z.string(),
  slice: z.string().default('all'),
  part: z.enum(['train', 'validation', 'test']).optional(),
  group: z.string().optional(),
  instance: z.string().optional(),
});
const Params = z.strictObject({
  labels: z
    .array(z.string())
    .min(2)
    .default([...RELATIONS]),
});

/** Your own rows: a folder with `rows.jsonl`, one object a line
 *  `{"id", "text", "head": {"text", "span": [from, to]}, "tail": {...}, "label", "image"?, "slice"?, "part"?, "group"?, "instance"?}`.
 *  params.labels: what a label may be. Default: the four relations of the tiny world. */
export const jsonl: DatasetReader = {
  name: 'jsonl',
  description: 'Your own rows: rows.jsonl and pictures in one folder',
  async *read({ from, params = {} }) {
    const checked = Params.safeParse(params);
    if (!checked.success) throw new DatasetError('DATASET_PARAMS_INVALID', 'jsonl.params', 'must be {labels: [...]}', params);
    const ids = new UniqueIds();
    for (const { value, where } of await readJsonLines(from, 'rows.jsonl', Line)) {
      ids.add(value.id, where, 'id');
      assertTextLength(value.text, `${where}.text`);
      assertSpans(value, where);
      if (!checked.data.labels.includes(value.label)) {
        throw new DatasetError(
          'DATASET_LABEL_UNKNOWN',
          `${where}.label`,
          `must be one of ${checked.data.labels.join(', ')}`,
          value.label,
        );
      }
      yield await row(value, from!, where);
    }
  },
};

async function row(value: z.output<typeof Line>, from: string, where: string): Promise<DatasetRow> {
  const { id, text, head, tail, label, slice, part, group = id, instance = id } = value;
  const image = value.image === undefined ? {} : { image: await readPicture(from, value.image, where) };
  return { id, ...(part ? { part } : {}), group, text, ...image, meta: { instance, head, tail, label, slice } };
}

/** PNG files are taken as they are; everything else is written anew as PNG. */
async function readPicture(from: string, file: string, where: string): Promise<Uint8Array> {
  if (path.isAbsolute(file) || path.normalize(file).startsWith('..')) {
    throw new DatasetError('DATASET_ROW_INVALID', `${where}.image`, 'must be a path inside the folder', file);
  }
  const bytes = await readPictureBytes(from, file, where);
  const picture = await decodePictureOf(bytes, file, where);
  return file.endsWith('.png') ? bytes : encodePng(picture);
}

function assertSpans(value: z.output<typeof Line>, where: string): void {
  const words = value.text.split(' ');
  for (const role of ['head', 'tail'] as const) {
    const { text, span } = value[role];
    const there = words.slice(...span).join(' ');
    if (there === text) continue;
    throw new DatasetError(
      'DATASET_ROW_INVALID',
      `${where}.${role}.span`,
      `must be the word offsets of ${JSON.stringify(text)}`,
      `[${span}] = ${there}`,
    );
  }
}
