import type { ParameterSpec } from '../layers/scope.ts';
import { elementCount, type TensorMap } from '../tensor.ts';

/** What the optimizer updates as one tensor: a large parameter, or many small ones laid end to end.
 *  A hundred biases cost a hundred times a dozen nodes; packed, a dozen. */
export interface ParameterSlot {
  readonly name: string;
  readonly members: readonly ParameterSpec[];
  /** The single member's shape, or [total] of a pack. */
  readonly shape: readonly number[];
  readonly decayed: boolean;
}

/** Parameters of fewer elements than this are packed. Measured: see bench/train. */
const packBelow = 16_384;

export function parameterSlots(
  parameters: readonly ParameterSpec[],
  decays: (name: string, shape: readonly number[]) => boolean,
): ParameterSlot[] {
  const isSmall = (spec: ParameterSpec): boolean => elementCount(spec.shape) < packBelow;
  const decayed = (spec: ParameterSpec): boolean => decays(spec.name, spec.shape);
  const alone = parameters
    .filter((spec) => !isSmall(spec))
    .map((spec) => ({ name: spec.name, members: [spec], shape: spec.shape, decayed: decayed(spec) }));
  const packs = [true, false].flatMap((decay) => {
    const members = parameters.filter((spec) => isSmall(spec) && decayed(spec) === decay);
    const total = members.reduce((sum, spec) => sum + elementCount(spec.shape), 0);
    return members.length === 0 ? [] : [{ name: `pack ${decay ? 'decayed' : 'kept'}`, members, shape: [total], decayed: decay }];
  });
  return [...alone, ...packs];
}

export const isPack = (slot: ParameterSlot): boolean => slot.name.startsWith('pack ');

/** The slot's data out of tensors by parameter name. */
export function packSlot(slot: ParameterSlot, tensors: TensorMap): Float32Array {
  if (!isPack(slot)) return tensors[slot.name]!.data as Float32Array;
  const packed = new Float32Array(elementCount(slot.shape));
  let offset = 0;
  for (const { name } of slot.members) {
    const data = tensors[name]!.data as Float32Array;
    packed.set(data, offset);
    offset += data.length;
  }
  return packed;
}

/** Puts the slot's data back under the names of its members. */
export function unpackSlot(slot: ParameterSlot, data: Float32Array, into: TensorMap): void {
  let offset = 0;
  for (const { name, shape } of slot.members) {
    const size = elementCount(shape);
    into[name] = { data: isPack(slot) ? data.slice(offset, offset + size) : data, shape };
    offset += size;
  }
}
