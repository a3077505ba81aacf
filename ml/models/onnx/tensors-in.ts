import type { ProtobufField, ProtobufFile } from './protobuf-file.ts';

/** A TensorProto, and whether it is a weight: an initializer, not a constant of a node. */
export interface TensorPlace {
  readonly tensor: ProtobufField;
  readonly isInitializer: boolean;
}

/** Where tensors can lie: field number -> kind of message. onnx.proto: GraphProto, FunctionProto, NodeProto, AttributeProto, ... */
interface Kind {
  readonly [field: number]: () => Kind;
  readonly tensor?: 'initializer' | 'constant';
}
const INITIALIZER: Kind = { tensor: 'initializer' };
const CONSTANT: Kind = { tensor: 'constant' };
const SPARSE_INITIALIZER: Kind = { 1: () => INITIALIZER, 2: () => INITIALIZER };
const SPARSE_CONSTANT: Kind = { 1: () => CONSTANT, 2: () => CONSTANT };
const ATTRIBUTE: Kind = {
  5: () => CONSTANT,
  6: () => GRAPH,
  10: () => CONSTANT,
  11: () => GRAPH,
  22: () => SPARSE_CONSTANT,
  23: () => SPARSE_CONSTANT,
};
const NODE: Kind = { 5: () => ATTRIBUTE };
const GRAPH: Kind = { 1: () => NODE, 5: () => INITIALIZER, 15: () => SPARSE_INITIALIZER };
const FUNCTION: Kind = { 7: () => NODE, 11: () => ATTRIBUTE };

/** Every tensor of a GraphProto or FunctionProto, subgraphs included. @throws RangeError when the bytes are no message */
export const tensorsIn = (file: ProtobufFile, message: ProtobufField, kind: 'graph' | 'function'): Generator<TensorPlace> =>
  walk(file, message, kind === 'graph' ? GRAPH : FUNCTION);

function* walk(file: ProtobufFile, message: ProtobufField, kind: Kind): Generator<TensorPlace> {
  if (kind.tensor) {
    yield { tensor: message, isInitializer: kind.tensor === 'initializer' };
    return;
  }
  for (const field of file.fields(message.start, message.end)) {
    const inner = field.isBytes ? kind[field.number] : undefined;
    if (inner) yield* walk(file, field, inner());
  }
}
