import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LabelledPair } from '../../ml/models/bert/index.ts';
import { parsePythonLiteral } from './python-literal.ts';

export type MnrePart = 'train' | 'val' | 'test';

export interface Mnre {
  /** By class. */
  readonly relations: readonly string[];
  readonly parts: Readonly<Record<MnrePart, readonly LabelledPair[]>>;
}

/** The texts of MNRE-2 (Zheng et al. 2021): tweets with a marked pair and one of 23 relations. @param folder with `mnre_txt` */
export async function readMnre(folder: string): Promise<Mnre> {
  const file = (name: string): Promise<string> => readFile(path.join(folder, 'mnre_txt', `mnre_${name}`), 'utf8');
  const ids = JSON.parse(await file('rel2id.json')) as Record<string, number>;
  const read = async (part: MnrePart): Promise<LabelledPair[]> =>
    (await file(`${part}.txt`))
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const { token, h, t, relation } = parsePythonLiteral(line) as {
          token: string[];
          h: { pos: [number, number] };
          t: { pos: [number, number] };
          relation: string;
        };
        return { words: token, head: h.pos, tail: t.pos, label: ids[relation]! };
      });
  const relations = Object.entries(ids)
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);
  return { relations, parts: { train: await read('train'), val: await read('val'), test: await read('test') } };
}
