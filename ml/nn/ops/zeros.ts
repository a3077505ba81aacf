import type { Shape } from '../graph/dim.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** A float32 value of zeros, made when the graph runs (its file stays small). */
export function zeros(graph: Graph, shape: Shape): Value {
  return shape.length === 0 ? graph.scalar(0) : graph.emit('Expand', [graph.scalar(0), graph.shapeVector(shape)], shape);
}
