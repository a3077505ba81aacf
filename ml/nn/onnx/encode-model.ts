import type { DataType } from '../tensor.ts';
import type {
  Attribute,
  GraphDescription,
  InitializerDescription,
  NodeDescription,
  ValueDescription,
} from './model-description.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** TensorProto.DataType of onnx.proto. */
export const onnxDataType: Readonly<Record<DataType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };

/** AttributeProto.AttributeType of onnx.proto. */
const attributeType = { float: 1, int: 2, string: 3, graph: 5, ints: 7 };

/** The bytes of an ONNX ModelProto: IR 8, opset 18. Field numbers are those of onnx.proto. */
export function encodeModel(graph: GraphDescription): Uint8Array {
  const model = new ProtobufWriter();
  model.integer(1, 8);
  model.text(2, 'hopline');
  model.message(7, (writer) => writeGraph(writer, graph));
  model.message(8, (opset) => writeOpset(opset, '', 18));
  model.message(8, (opset) => writeOpset(opset, 'com.microsoft', 1));
  return model.finish();
}

function writeOpset(writer: ProtobufWriter, domain: string, version: number): void {
  writer.text(1, domain);
  writer.integer(2, version);
}

function writeGraph(writer: ProtobufWriter, graph: GraphDescription): void {
  graph.nodes.forEach((node, index) => {
    writer.message(1, (inner) => writeNode(inner, node, `${graph.name}/${node.op}_${index}`));
  });
  writer.text(2, graph.name);
  for (const initializer of graph.initializers) writer.message(5, (inner) => writeInitializer(inner, initializer));
  for (const input of graph.inputs) writer.message(11, (inner) => writeValue(inner, input));
  for (const output of graph.outputs) writer.message(12, (inner) => writeValue(inner, output));
}

function writeNode(writer: ProtobufWriter, node: NodeDescription, name: string): void {
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, name);
  writer.text(4, node.op);
  for (const [key, attribute] of Object.entries(node.attributes))
    writer.message(5, (inner) => writeAttribute(inner, key, attribute));
  if (node.domain) writer.text(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: Attribute): void {
  writer.text(1, name);
  if (typeof attribute === 'number') {
    writer.integer(3, attribute);
    writer.integer(20, attributeType.int);
  } else if (typeof attribute === 'string') {
    writer.text(4, attribute);
    writer.integer(20, attributeType.string);
  } else if ('float' in attribute) {
    writer.float(2, attribute.float);
    writer.integer(20, attributeType.float);
  } else if ('graph' in attribute) {
    writer.message(6, (inner) => writeGraph(inner, attribute.graph));
    writer.integer(20, attributeType.graph);
  } else {
    for (const value of attribute) writer.integer(8, value);
    writer.integer(20, attributeType.ints);
  }
}

function writeInitializer(writer: ProtobufWriter, initializer: InitializerDescription): void {
  for (const dim of initializer.shape) writer.integer(1, dim);
  writer.integer(2, onnxDataType[initializer.dtype]);
  writer.text(8, initializer.name);
  writer.bytes(9, initializer.bytes);
}

function writeValue(writer: ProtobufWriter, value: ValueDescription): void {
  writer.text(1, value.name);
  writer.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, onnxDataType[value.dtype]);
      tensor.message(2, (shape) => {
        for (const dim of value.shape) {
          shape.message(1, (inner) => (typeof dim === 'number' ? inner.integer(1, dim) : inner.text(2, dim)));
        }
      });
    }),
  );
}
