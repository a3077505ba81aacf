import { extname } from 'node:path';
import type { ReduceStep } from '../plan/define-step.ts';
import { canonicalJson } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import type { ReduceOutput } from '../plan/step-io.ts';
import type { ArtifactRef } from '../store/store.ts';
import type { Execution, StepResult } from './execution.ts';
import { assertFinite, outputError } from './output-errors.ts';

/** Runs a reduction and stores its result as canonical JSON, and its files. Without a result, its metrics and the digests of its files
 *  stand for it. */
export async function runReduce(step: ReduceStep, { order, store, inputs, context, timed }: Execution): Promise<StepResult> {
  const output = await timed(() => step.run({ params: order.params, seed: order.seed ?? '', nodes: inputs }, context));
  assertNumbers(step, output);
  const files: Record<string, ArtifactRef> = {};
  for (const [name, bytes] of Object.entries(output.files ?? {})) files[name] = await store.put(bytes, mediaTypeOf(name));
  const artifact = await store.put(resultBytes(step, output, files), 'application/json');
  const { metrics, predictions, result } = output;
  return {
    artifact,
    ...(metrics ? { metrics } : {}),
    ...(predictions ? { predictions } : {}),
    ...(result ? { result } : {}),
    ...(output.files ? { files } : {}),
  };
}

function assertNumbers(step: ReduceStep, { metrics = [], predictions = [] }: ReduceOutput): void {
  for (const { name, slice, value, low = 0, high = 0 } of metrics) {
    assertFinite(step.name, { [`metric ${name} of slice ${slice}`]: value, [`low of ${name}`]: low, [`high of ${name}`]: high });
  }
  for (const { sampleKey, logProbabilities } of predictions) {
    // The logarithm of 0 is a fair prediction.
    if (logProbabilities.some(Number.isNaN))
      throw outputError('STEP_OUTPUT_NAN', step.name, `must return log-probabilities for ${sampleKey}`, 'NaN');
  }
}

function resultBytes(step: ReduceStep, { metrics = [], result }: ReduceOutput, files: Record<string, ArtifactRef>): Uint8Array {
  const digests = Object.fromEntries(Object.entries(files).map(([name, { digest }]) => [name, digest]));
  try {
    return Buffer.from(canonicalJson(result ?? ({ metrics, files: digests } as unknown as JsonObject)));
  } catch (error) {
    throw outputError(
      'STEP_OUTPUT_RESULT',
      step.name,
      'must return JSON as result',
      error instanceof Error ? error.message : String(error),
    );
  }
}

const mediaTypes: Record<string, string> = {
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.parquet': 'application/vnd.apache.parquet',
  '.safetensors': 'application/vnd.safetensors',
  '.onnx': 'application/onnx',
};

const mediaTypeOf = (name: string): string => mediaTypes[extname(name).toLowerCase()] ?? 'application/octet-stream';
