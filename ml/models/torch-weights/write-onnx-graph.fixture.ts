import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Graph, type Inference, Scope, type TensorMap } from '../../nn/index.ts';
import { encodeModel } from '../../nn/onnx/encode-model.ts';

/** Writes a graph as an exporter would: inputs and outputs under their plain names. */
export function writeOnnxGraph(file: string, inference: Inference, tensors: TensorMap): void {
  const graph = new Graph('main');
  const inputs = Object.fromEntries(inference.inputs.map(({ name, shape, dtype }) => [name, graph.input(name, shape, dtype)]));
  const scope = new Scope(graph, ({ name, shape }) => graph.initializer(name, shape, 'float32', tensors[name]!.data));
  const outputs = inference.forward(scope, inputs as Parameters<typeof inference.forward>[1]);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, encodeModel(graph.describe(Object.entries(outputs).map(([name, value]) => graph.alias(value, name)))));
}
