import type { DataType } from '../tensor.ts';
import { type Dim, dimProduct, type Shape, staticDim } from './dim.ts';
import type { Graph } from './graph.ts';

/** A tensor inside a graph: known by name, shape and type; its numbers exist only when the model runs. */
export class Value {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DataType;
  /** True when a trained parameter flows into it. */
  requiresGrad = false;

  constructor(graph: Graph, name: string, shape: Shape, dtype: DataType = 'float32') {
    this.graph = graph;
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements, symbolic where the shape is. */
  get size(): Dim {
    return dimProduct(this.shape);
  }

  /** The dimension at `axis` (negative counts from the end), which must be a number. */
  dim(axis: number): number {
    return staticDim(`dimension ${axis} of ${this.name}`, this.shape[axis < 0 ? axis + this.rank : axis]);
  }
}
