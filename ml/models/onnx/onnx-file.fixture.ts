import { writeFileSync } from 'node:fs';
import { ProtobufWriter } from '../../nn/onnx/protobuf-writer.ts';

/** TensorProto.DataType of onnx.proto. */
export const elementType = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 } as const;

export interface OnnxFile {
  /** [name, type, shape] */
  readonly inputs: readonly (readonly [string, keyof typeof elementType, readonly (number | string)[]])[];
  readonly outputs: readonly (readonly [string, keyof typeof elementType, readonly (number | string)[]])[];
  /** [op, inputs, outputs, attributes: INT or INTS] */
  readonly nodes: readonly (readonly [
    string,
    readonly string[],
    readonly string[],
    Record<string, number | readonly number[]>?,
  ])[];
  /** Initializers: float32 numbers, the name of an external file, or raw bytes of a type */
  readonly constants?: Readonly<
    Record<string, { shape: readonly number[]; data: readonly number[] | string | Uint8Array; type?: number }>
  >;
  readonly opset?: number;
}

/** Writes a hand-made ONNX file, also one that a well-meaning exporter would not write. */
export function writeOnnxFile(path: string, { inputs, outputs, nodes, constants = {}, opset = 18 }: OnnxFile): string {
  const model = new ProtobufWriter();
  model.integer(1, 8);
  model.message(7, (graph) => {
    for (const [op, ins, outs, attributes = {}] of nodes)
      graph.message(1, (node) => {
        for (const name of ins) node.text(1, name);
        for (const name of outs) node.text(2, name);
        node.text(4, op);
        for (const [name, value] of Object.entries(attributes))
          node.message(5, (attribute) => {
            attribute.text(1, name);
            if (typeof value === 'number') attribute.integer(3, value);
            else for (const item of value) attribute.integer(8, item);
            attribute.integer(20, typeof value === 'number' ? 2 : 7);
          });
      });
    graph.text(2, 'graph');
    for (const [name, { shape, data, type = elementType.float32 }] of Object.entries(constants))
      graph.message(5, (tensor) => {
        for (const dim of shape) tensor.integer(1, dim);
        tensor.integer(2, type);
        tensor.text(8, name);
        if (typeof data === 'string') {
          tensor.message(13, (entry) => {
            entry.text(1, 'location');
            entry.text(2, data);
          });
          tensor.integer(14, 1);
        } else tensor.bytes(9, data instanceof Uint8Array ? data : new Uint8Array(Float32Array.from(data).buffer));
      });
    for (const [field, values] of [[11, inputs] as const, [12, outputs] as const])
      for (const [name, type, shape] of values)
        graph.message(field, (value) => {
          value.text(1, name);
          value.message(2, (proto) =>
            proto.message(1, (tensor) => {
              tensor.integer(1, elementType[type]);
              tensor.message(2, (dims) => {
                for (const dim of shape)
                  dims.message(1, (one) => (typeof dim === 'number' ? one.integer(1, dim) : one.text(2, dim)));
              });
            }),
          );
        });
  });
  model.message(8, (set) => {
    set.text(1, '');
    set.integer(2, opset);
  });
  writeFileSync(path, model.finish());
  return path;
}
