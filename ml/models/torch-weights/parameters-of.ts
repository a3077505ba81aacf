import { Graph, type Inference, type ParameterSpec, Scope } from '../../nn/index.ts';

/** The parameters that a graph asks for, in its order; none of its nodes is kept. */
export function parametersOf(inference: Inference): ParameterSpec[] {
  const graph = new Graph('parameters');
  const inputs = Object.fromEntries(inference.inputs.map(({ name, shape, dtype }) => [name, graph.input(name, shape, dtype)]));
  const scope = new Scope(graph, ({ name, shape }) => graph.reference(name, shape));
  inference.forward(scope, inputs as Parameters<typeof inference.forward>[1]);
  return scope.parameters.map(({ spec }) => spec);
}
