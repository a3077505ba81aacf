import { ShapeError } from '../errors.ts';
import type { Attribute, GraphDescription, InitializerDescription, NodeDescription } from '../onnx/model-description.ts';
import type { DataType, TensorData } from '../tensor.ts';
import { dimParts, type Shape, showShape } from './dim.ts';
import { Value } from './value.ts';

/** The gradient of each input, given the gradients of the outputs (null: nothing flows). */
export type VectorJacobianProduct = (outputGradients: readonly (Value | null)[]) => readonly (Value | null)[];

export interface TapeEntry {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly vjp: VectorJacobianProduct;
}

export interface NodeOutput {
  readonly shape: Shape;
  /** Default float32. */
  readonly dtype?: DataType;
}

/** An ONNX graph under construction, with the tape that reverse-mode differentiation reads backwards. */
export class Graph {
  readonly name: string;
  readonly tape: TapeEntry[] = [];
  readonly inputs: Value[] = [];
  readonly #nodes: NodeDescription[] = [];
  readonly #initializers: InitializerDescription[] = [];
  readonly #constants = new Map<string, Value>();
  #count = 0;
  #recording = true;

  constructor(name: string) {
    this.name = name;
  }

  input(name: string, shape: Shape, dtype: DataType = 'float32'): Value {
    const value = new Value(this, name, shape, dtype);
    this.inputs.push(value);
    return value;
  }

  /** A value that some other graph or a later step defines: an outer value seen from a Loop's body. */
  reference(name: string, shape: Shape, dtype: DataType = 'float32'): Value {
    return new Value(this, name, shape, dtype);
  }

  /** Adds a node and returns its outputs. Records no gradient: see `record`. */
  node(
    op: string,
    inputs: readonly (Value | null)[],
    outputs: readonly NodeOutput[],
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): Value[] {
    const made = outputs.map((output) => new Value(this, `${this.name}.${op}_${this.#count++}`, output.shape, output.dtype));
    this.#nodes.push({
      op,
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: made.map((value) => value.name),
      attributes,
      domain,
    });
    return made;
  }

  /** A node with one output. */
  emit(
    op: string,
    inputs: readonly (Value | null)[],
    shape: Shape,
    attributes: Record<string, Attribute> = {},
    dtype: DataType = 'float32',
  ): Value {
    return this.node(op, inputs, [{ shape, dtype }], attributes)[0] as Value;
  }

  /** Gives `value` a name of the caller's choice. */
  alias(value: Value, name: string): Value {
    this.#nodes.push({ op: 'Identity', inputs: [value.name], outputs: [name], attributes: {} });
    return new Value(this, name, value.shape, value.dtype);
  }

  /** Adds a node with given output names at the front: what feeds references that were handed out before. */
  prepend(node: NodeDescription): void {
    this.#nodes.unshift(node);
  }

  append(node: NodeDescription): void {
    this.#nodes.push(node);
  }

  /** Remembers how to differentiate an op with one output. Does nothing where no parameter flows in. */
  record(inputs: readonly Value[], output: Value, vjp: (outputGradient: Value) => readonly (Value | null)[]): Value {
    this.recordAll(inputs, [output], ([gradient]) => (gradient ? vjp(gradient) : inputs.map(() => null)));
    return output;
  }

  /** The same for an op with several outputs. */
  recordAll(inputs: readonly Value[], outputs: readonly Value[], vjp: VectorJacobianProduct): void {
    if (!this.#recording || !inputs.some((input) => input.requiresGrad)) return;
    for (const output of outputs) output.requiresGrad = true;
    this.tape.push({ inputs, outputs, vjp });
  }

  /** Runs `build` without recording: the backward pass is made of the same ops. */
  withoutRecording<T>(build: () => T): T {
    const before = this.#recording;
    this.#recording = false;
    try {
      return build();
    } finally {
      this.#recording = before;
    }
  }

  /** A baked tensor. Small ones are shared. */
  constant(data: readonly number[] | TensorData, shape: readonly number[], dtype: DataType = 'float32'): Value {
    const size = shape.reduce((product, dim) => product * dim, 1);
    if (data.length !== size)
      throw new ShapeError('constant', `of shape ${showShape(shape)} must have ${size} numbers, got ${data.length}`);
    const key =
      size <= 64 ? `${dtype}${showShape(shape)}${Array.from(data as ArrayLike<number | bigint>, keyOf).join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known) return known;
    const value = new Value(this, `${this.name}.const_${this.#count++}`, shape, dtype);
    this.initializer(value.name, shape, dtype, typedData(data, dtype));
    if (key !== undefined) this.#constants.set(key, value);
    return value;
  }

  scalar(x: number): Value {
    return this.constant([x], []);
  }

  /** A list of whole numbers as ONNX wants axes, pads and shapes. */
  integers(list: readonly number[]): Value {
    return this.constant(list, [list.length], 'int64');
  }

  initializer(name: string, shape: readonly number[], dtype: DataType, data: TensorData): Value {
    this.#initializers.push({ name, dtype, shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    return new Value(this, name, shape, dtype);
  }

  /** A shape as an int64 vector. Symbolic dimensions are read from the input that brings them. */
  shapeVector(shape: Shape): Value {
    if (shape.every((dim) => typeof dim === 'number')) return this.integers(shape as number[]);
    const parts = shape.map((dim) => (typeof dim === 'number' ? this.integers([dim]) : this.#dimVector(dim)));
    return this.emit('Concat', parts, [shape.length], { axis: 0 }, 'int64');
  }

  #dimVector(dim: string): Value {
    const { coefficient, symbols } = dimParts(dim);
    const sizes = symbols.map((symbol) => this.#symbolVector(symbol));
    const factors = coefficient === 1 ? sizes : [...sizes, this.integers([coefficient])];
    return factors.reduce((product, factor) => this.emit('Mul', [product, factor], [1], {}, 'int64'));
  }

  #symbolVector(symbol: string): Value {
    const source = this.inputs.find((input) => input.shape.includes(symbol));
    if (!source) throw new ShapeError('symbolic dimension', `'${symbol}' must occur in the shape of an input`);
    const axis = source.shape.indexOf(symbol);
    return this.emit('Shape', [source], [1], { start: axis, end: axis + 1 }, 'int64');
  }

  describe(outputs: readonly Value[], inputs: readonly Value[] = this.inputs): GraphDescription {
    return { name: this.name, nodes: this.#nodes, initializers: this.#initializers, inputs, outputs };
  }
}

const keyOf = (x: number | bigint): string => (Object.is(x, -0) ? '-0' : String(x));

function typedData(data: readonly number[] | TensorData, dtype: DataType): TensorData {
  if (!Array.isArray(data)) return data as TensorData;
  if (dtype === 'float32') return Float32Array.from(data);
  if (dtype === 'int32') return Int32Array.from(data);
  if (dtype === 'int64') return BigInt64Array.from(data, BigInt);
  return Uint8Array.from(data);
}
