import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { castFeed } from './cast-feed.ts';
import { checkOnnxFile } from './check-onnx-file.ts';
import type { Provider } from './device-providers.ts';
import { widenHalves } from './half-arrays.ts';
import type { OnnxHeader } from './inspect-onnx.ts';
import { requireNoNaN } from './not-a-number.ts';
import type { OnnxData, OnnxDataType, OnnxFeed, OnnxTensor, OnnxValue } from './onnx-tensor.ts';

export interface OnnxModelOptions {
  /** Threads inside one op. Default 1. */
  readonly threads?: number;
  /** onnxruntime's execution providers in the order of preference, such as `['cuda', 'cpu']`; see `deviceProviders`. Default `['cpu']`. */
  readonly providers?: readonly Provider[];
}

export interface OnnxRunOptions {
  /** Names of the outputs to compute. Default: all. */
  readonly outputs?: readonly string[];
  /** Lets NaN pass in the outputs, where the caller looks at each sample. Default false: MODEL_NOT_FINITE. */
  readonly allowNaN?: boolean;
}

/** A model of an ONNX file, with what it declares. */
export interface OnnxModel {
  /** The file. */
  readonly path: string;
  readonly header: OnnxHeader;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** The declared input of a name, or undefined. */
  input(name: string): OnnxValue | undefined;
  output(name: string): OnnxValue | undefined;
  /** Time spent inside onnxruntime since the model was opened, for benches. */
  readonly spent: { readonly runs: number; readonly milliseconds: number };
  /** Runs the model. Feeds are cast to the declared types and ranks; those that the model doesn't declare are dropped, since exports
   *  differ. Blocks the calling thread until it is done.
   *  @throws HoplineError MODEL_INPUT_MISSING, MODEL_INPUT_MISFIT, MODEL_OUTPUT_MISSING, MODEL_NOT_FINITE, MODEL_RUN_FAILED */
  run(feeds: Readonly<Record<string, OnnxFeed>>, options?: OnnxRunOptions): Promise<Record<string, OnnxTensor>>;
  /** Frees the memory. Not while a run is going on. */
  close(): Promise<void>;
}

/** Opens an ONNX file after checking it; external data must lie in its folder.
 *  @throws HoplineError MODEL_FILE_MISSING, MODEL_FILE_INVALID, MODEL_EXTERNAL_DATA, MODEL_OPSET_UNSUPPORTED */
export async function openOnnxModel(path: string, options: OnnxModelOptions = {}): Promise<OnnxModel> {
  const { threads = 1, providers = ['cpu'] } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new HoplineError('OPTION_INVALID', `onnx.threads must be a whole number >= 1, got ${threads}`);
  const header = checkOnnxFile(path);
  const ort = await import('onnxruntime-node');
  const session = await createSession(ort.InferenceSession, path, header, { threads, providers });
  const inputs = session.inputMetadata.map(describeValue);
  const outputs = session.outputMetadata.map(describeValue);
  const outputNames = outputs.map(({ name }) => name);

  const toFeeds = (feeds: Readonly<Record<string, OnnxFeed>>): Record<string, OrtTensor> => {
    const cast: Record<string, OrtTensor> = {};
    for (const declared of inputs) {
      const feed = feeds[declared.name];
      if (!feed) throw missing('INPUT', path, declared.name, Object.keys(feeds));
      const { dtype, data, shape } = castFeed(declared, feed);
      // One signature for all element types: the library's overloads can't be told apart by a union.
      const tensor = new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
      // Where Node has a Float16Array (24 on), the library makes one of the bits, and its native part then finds it empty.
      if (dtype === 'float16') Object.defineProperty(tensor, 'data', { value: data });
      cast[declared.name] = tensor;
    }
    return cast;
  };

  const spent = { runs: 0, milliseconds: 0 };

  return {
    path,
    spent,
    header,
    inputs,
    outputs,
    input: (name) => inputs.find((value) => value.name === name),
    output: (name) => outputs.find((value) => value.name === name),
    async run(feeds, { outputs: wanted = outputNames, allowNaN = false } = {}) {
      for (const name of wanted) if (!outputNames.includes(name)) throw missing('OUTPUT', path, name, outputNames);
      const cast = toFeeds(feeds);
      const began = performance.now();
      const results = await runSession(session, path, cast, wanted);
      spent.runs++;
      spent.milliseconds += performance.now() - began;
      const tensors: Record<string, OnnxTensor> = {};
      for (const name of wanted) {
        tensors[name] = toTensor(results[name]!);
        if (!allowNaN) requireNoNaN(`${path} output ${name}`, tensors[name].data);
      }
      return tensors;
    },
    close: () => session.release(),
  };
}

async function createSession(
  factory: typeof InferenceSession,
  path: string,
  { irVersion, opsets }: OnnxHeader,
  { threads, providers }: Required<OnnxModelOptions>,
): Promise<InferenceSession> {
  try {
    return await factory.create(path, {
      executionProviders: [...providers],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // Idle threads would spin for work: where cores are shared, a run took 2 to 5 times as long.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    const reason = firstLine(cause);
    if (/opset|ir.?version/i.test(reason))
      throw new HoplineError(
        'MODEL_OPSET_UNSUPPORTED',
        `${path} must have an opset and IR version that onnxruntime knows, got ${JSON.stringify(opsets)} in IR ${irVersion}: ${reason}`,
        { hint: 'export the model again with opset 18', cause },
      );
    throw new HoplineError('MODEL_FILE_INVALID', `${path} must be a model that onnxruntime loads, got: ${reason}`, { cause });
  }
}

async function runSession(
  session: InferenceSession,
  path: string,
  feeds: Record<string, OrtTensor>,
  outputs: readonly string[],
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds, outputs as string[]);
  } catch (cause) {
    throw new HoplineError('MODEL_RUN_FAILED', `${path} must run with the feeds it was given, got: ${firstLine(cause)}`, {
      cause,
    });
  }
}

function describeValue(value: InferenceSession.ValueMetadata): OnnxValue {
  if (value.isTensor) return { name: value.name, dtype: value.type as OnnxDataType, shape: value.shape };
  throw new HoplineError('MODEL_NOT_SUPPORTED', `value ${value.name} must be a tensor, got a sequence or a map`);
}

function toTensor({ type, data, dims }: InferenceSession.OnnxValueMapType[string]): OnnxTensor {
  if (type !== 'float16') return { data: data as OnnxData, shape: dims };
  // Bits in older Nodes, a Float16Array in newer ones.
  const { buffer, byteOffset, length } = data as Uint16Array;
  return { data: widenHalves(new Uint16Array(buffer, byteOffset, length)), shape: dims };
}

const missing = (what: 'INPUT' | 'OUTPUT', path: string, name: string, got: readonly string[]): HoplineError =>
  new HoplineError(
    `MODEL_${what}_MISSING`,
    `${path} ${what === 'INPUT' ? 'must be given the input' : 'must have the output'} ${name}, got: ${got.join(', ') || 'nothing'}`,
  );

const firstLine = (cause: unknown): string =>
  String((cause as Error).message)
    .split('\n')[0]!
    .slice(0, 400);
