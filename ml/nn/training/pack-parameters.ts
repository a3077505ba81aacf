import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { ParameterSpec } from '../layers/scope.ts';
import { reshape } from '../ops/reshape.ts';
import { elementCount } from '../tensor.ts';
import { isPack, type ParameterSlot } from './parameter-slot.ts';

/** A trained parameter inside the body of the Loop. */
export const bodyName = (parameter: string): string => `params/${parameter}`;

/** The gradients of a slot's members as one tensor of the slot's shape. */
export function packGradients(body: Graph, slot: ParameterSlot, gradientOf: ReadonlyMap<string, Value>): Value {
  const members = slot.members.map((spec) => gradientOf.get(spec.name) as Value);
  if (!isPack(slot)) return members[0] as Value;
  return body.emit(
    'Concat',
    members.map((gradient) => reshape(gradient, [-1])),
    slot.shape,
    { axis: 0 },
  );
}

/** Defines the parameters that the loss was built on as parts of the pack. Goes to the front: the loss comes after it. */
export function unpackParameters(body: Graph, slot: ParameterSlot, pack: Value): void {
  const isFlat = (spec: ParameterSpec): boolean => spec.shape.length === 1;
  const flatName = (spec: ParameterSpec): string => (isFlat(spec) ? bodyName(spec.name) : `flat/${spec.name}`);
  for (const spec of slot.members.filter((member) => !isFlat(member))) {
    const inputs = [flatName(spec), body.integers(spec.shape).name];
    body.prepend({ op: 'Reshape', inputs, outputs: [bodyName(spec.name)], attributes: {} });
  }
  const sizes = body.integers(slot.members.map((spec) => elementCount(spec.shape)));
  body.prepend({ op: 'Split', inputs: [pack.name, sizes.name], outputs: slot.members.map(flatName), attributes: { axis: 0 } });
}
