import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { type ModelJson, readModelJson } from '../generation/captioning/model-json.ts';
import { readModules } from './sentence-modules.ts';

/** How one vector comes of the states of a text's tokens. `mean-sqrt`: their sum by the root of their number. `pooler`: the model's own
 *  tanh layer over the first. */
export type PoolingMode = 'cls' | 'max' | 'mean' | 'mean-sqrt' | 'pooler';

export interface Pooling {
  /** The results of several are laid end to end. */
  readonly modes: readonly PoolingMode[];
  /** Scale to length 1. */
  readonly normalize: boolean;
}

/** The fields of sentence-transformers' Pooling, in the order in which it joins them. */
const fields: readonly [string, PoolingMode][] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean-sqrt'],
];
const unknownFields = ['pooling_mode_weightedmean_tokens', 'pooling_mode_lasttoken'];
/** `pooling_mode` of newer versions. */
const named: Readonly<Record<string, PoolingMode>> = { cls: 'cls', max: 'max', mean: 'mean', mean_sqrt_len_tokens: 'mean-sqrt' };

/** The pooling that modules.json of sentence-transformers describes; the plain mean where there is none.
 *  @throws HoplineError MODEL_FILE_INVALID, MODEL_NOT_SUPPORTED */
export async function readPooling(folder: string): Promise<Pooling> {
  const modules = await readModules(folder);
  if (modules === null) return { modes: ['mean'], normalize: false };
  const pooling = modules.find(({ kind }) => kind === 'Pooling');
  const json = pooling ? await readModelJson(folder, path.join(pooling.path, 'config.json')) : {};
  return { modes: modesOf(json), normalize: modules.some(({ kind }) => kind === 'Normalize') };
}

function modesOf(json: ModelJson): PoolingMode[] {
  const unknown = unknownFields.find((field) => json[field] === true);
  if (unknown) throw unsupported(unknown);
  const name = json.pooling_mode;
  if (typeof name === 'string') {
    if (Object.hasOwn(named, name)) return [named[name]!];
    throw unsupported(name);
  }
  const modes = fields.flatMap(([field, mode]) => (json[field] === true ? [mode] : []));
  return modes.length > 0 ? modes : ['mean'];
}

/** Pools the states [T, width] of one text. Sums are made in float64. @param pooler the model's own vector, for that mode */
export function pool(states: Float32Array, width: number, { modes, normalize }: Pooling, pooler?: Float32Array): Float32Array {
  const pooled = new Float32Array(modes.length * width);
  for (const [at, mode] of modes.entries()) pooled.set(poolBy(mode, states, width, pooler), at * width);
  if (!normalize) return pooled;
  // The smallest length that is divided by, as torch.nn.functional.normalize has it.
  const norm = Math.max(Math.sqrt(pooled.reduce((sum, x) => sum + x * x, 0)), 1e-12);
  return pooled.map((x) => x / norm);
}

function poolBy(mode: PoolingMode, states: Float32Array, width: number, pooler?: Float32Array): ArrayLike<number> {
  if (mode === 'pooler') return pooler!;
  if (mode === 'cls') return states.subarray(0, width);
  const tokens = states.length / width;
  const result = new Float64Array(width).fill(mode === 'max' ? Number.NEGATIVE_INFINITY : 0);
  for (let i = 0; i < states.length; i++) {
    const at = i % width;
    result[at] = mode === 'max' ? Math.max(result[at]!, states[i]!) : result[at]! + states[i]!;
  }
  const share = mode === 'max' ? 1 : Math.max(mode === 'mean' ? tokens : Math.sqrt(tokens), 1e-9);
  return result.map((x) => x / share);
}

const unsupported = (mode: string): HoplineError =>
  new HoplineError('MODEL_NOT_SUPPORTED', `pooling.mode must be cls, max, mean or mean_sqrt_len_tokens, got ${mode}`);
