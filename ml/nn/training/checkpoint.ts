import { SafetensorsError } from '../errors.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import type { TensorMap } from '../tensor.ts';
import type { TrainingState } from './training-state.ts';

export interface CheckpointExtras {
  /** Position of each random stream (`Philox.position`), by name. */
  readonly rng?: Readonly<Record<string, bigint>>;
  /** Anything else worth keeping, as text. */
  readonly meta?: Readonly<Record<string, string>>;
}

export interface Checkpoint {
  readonly state: TrainingState;
  readonly rng: Record<string, bigint>;
  readonly meta: Record<string, string>;
}

const format = 'hopline-checkpoint/1';
const parts = ['params', 'm', 'v'] as const;

/** The whole state of a training as one safetensors file. The same state gives the same bytes. */
export function saveCheckpoint(state: TrainingState, { rng = {}, meta = {} }: CheckpointExtras = {}): Uint8Array {
  const tensors = parts.flatMap((part) =>
    Object.entries(state[part]).map(([name, tensor]) => [`${part}/${name}`, tensor] as const),
  );
  const metadata: Record<string, string> = { format, step: String(state.step) };
  for (const [name, position] of Object.entries(rng)) metadata[`rng/${name}`] = String(position);
  for (const [name, text] of Object.entries(meta)) metadata[`meta/${name}`] = text;
  return writeSafetensors(Object.fromEntries(tensors), { metadata });
}

/** @throws SafetensorsError when the file is damaged or isn't a checkpoint. */
export function loadCheckpoint(file: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(file);
  if (metadata.format !== format)
    throw new SafetensorsError(`checkpoint.format must be ${format}, got ${metadata.format ?? 'nothing'}`);
  const step = Number(metadata.step);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new SafetensorsError(`checkpoint.step must be a whole number, got ${metadata.step}`);
  const under = <T>(prefix: string, entries: Record<string, T>): [string, T][] =>
    Object.entries(entries).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as [string, T]] : [],
    );
  const part = (name: (typeof parts)[number]): TensorMap => Object.fromEntries(under(`${name}/`, tensors));
  const rng = under('rng/', metadata).map(([name, text]) => {
    if (!/^\d{1,20}$/.test(text)) throw new SafetensorsError(`checkpoint.rng.${name} must be a whole number, got ${text}`);
    return [name, BigInt(text)] as const;
  });
  return {
    state: { params: part('params'), m: part('m'), v: part('v'), step },
    rng: Object.fromEntries(rng),
    meta: Object.fromEntries(under('meta/', metadata)),
  };
}
