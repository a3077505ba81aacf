import { ShapeError } from '../errors.ts';
import { sameShape, showShape } from '../graph/dim.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { DataType, TensorData } from '../tensor.ts';
import type { Init } from './init.ts';

/** A parameter as a model function asked for it. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Init;
  /** False for `scope.frozen`. */
  readonly trained: boolean;
}

/** How a parameter becomes a value of the graph: an input to train, an initializer to infer. */
export type MakeParameter = (spec: ParameterSpec) => Value;

/** Where a model function gets its parameters from, by name. The same function thus serves training and inference. */
export class Scope {
  readonly graph: Graph;
  /** '' at the root, else 'encoder.block0'. */
  readonly path: string;
  readonly #parameters: Map<string, { spec: ParameterSpec; value: Value }>;
  readonly #make: MakeParameter;

  constructor(
    graph: Graph,
    make: MakeParameter,
    path = '',
    parameters: Map<string, { spec: ParameterSpec; value: Value }> = new Map(),
  ) {
    this.graph = graph;
    this.#make = make;
    this.path = path;
    this.#parameters = parameters;
  }

  /** A scope whose parameters are named `path.name.*`. */
  child(name: string): Scope {
    return new Scope(this.graph, this.#make, this.#join(name), this.#parameters);
  }

  /** A trained parameter. Asked again with the same shape: the same value (tied weights). */
  param(name: string, shape: readonly number[], init: Init): Value {
    return this.#take({ name: this.#join(name), shape, init, trained: true });
  }

  /** A parameter that training leaves alone; given by `openTrainer(..., { frozen })`. */
  frozen(name: string, shape: readonly number[]): Value {
    return this.#take({ name: this.#join(name), shape, init: noInit, trained: false });
  }

  /** A tensor baked into the graph. */
  constant(data: readonly number[] | TensorData, shape: readonly number[], dtype: DataType = 'float32'): Value {
    return this.graph.constant(data, shape, dtype);
  }

  /** Everything asked for so far, in order. */
  get parameters(): { spec: ParameterSpec; value: Value }[] {
    return [...this.#parameters.values()];
  }

  #take(spec: ParameterSpec): Value {
    const known = this.#parameters.get(spec.name);
    if (!known) {
      const value = this.#make(spec);
      this.#parameters.set(spec.name, { spec, value });
      return value;
    }
    if (!sameShape(known.spec.shape, spec.shape) || known.spec.trained !== spec.trained) {
      const kind = (s: ParameterSpec): string => `${s.trained ? 'trained' : 'frozen'} ${showShape(s.shape)}`;
      throw new ShapeError(
        `parameter '${spec.name}'`,
        `is ${kind(known.spec)}, but was asked for again as ${kind(spec)}`,
        'use scope.child(...) for a name of its own',
      );
    }
    return known.value;
  }

  #join(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

const noInit: Init = () => {
  throw new Error('a frozen parameter has no initial value');
};
