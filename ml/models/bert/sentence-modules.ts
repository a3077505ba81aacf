import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';

/** A module of a model of sentence-transformers. */
export interface SentenceModule {
  /** `Transformer`, `Pooling`, `Normalize`: the class, without its package. */
  readonly kind: string;
  /** Its folder within the model's; '' for the model's own. */
  readonly path: string;
}

const known = ['Transformer', 'Pooling', 'Normalize'];

/** modules.json: what comes after what; null where there is none.
 *  @throws HoplineError MODEL_FILE_INVALID, MODEL_NOT_SUPPORTED for modules that would change the numbers */
export async function readModules(folder: string): Promise<SentenceModule[] | null> {
  let text: string;
  try {
    text = await readFile(path.join(folder, 'modules.json'), 'utf8');
  } catch {
    return null;
  }
  const list = parsed(text);
  if (!Array.isArray(list)) throw invalid('must hold a list', text);
  const modules = list.map((entry: { type?: unknown; path?: unknown }) => {
    if (typeof entry?.type !== 'string' || typeof entry.path !== 'string')
      throw invalid('must give type and path', JSON.stringify(entry));
    const inside = !path.isAbsolute(entry.path) && !entry.path.split(/[\\/]/).includes('..');
    if (!inside) throw invalid('must name folders inside the model', entry.path);
    return { kind: entry.type.split('.').at(-1)!, path: entry.path };
  });
  const other = modules.find(({ kind }) => !known.includes(kind));
  if (!other) return modules;
  throw new HoplineError('MODEL_NOT_SUPPORTED', `modules.json must have ${known.join(', ')} only, got ${other.kind}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const invalid = (rule: string, got: string): HoplineError =>
  new HoplineError('MODEL_FILE_INVALID', `modules.json ${rule}, got ${JSON.stringify(got.slice(0, 60))}`);
