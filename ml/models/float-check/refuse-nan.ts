import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { ModelFolder } from '../../../engine/plan/model-adapter.ts';
import { notFinite } from '../onnx/not-a-number.ts';
import { findNaN } from './find-nan.ts';
import { FLOAT_BYTES, type FloatRange } from './float-range.ts';
import { onnxFloats } from './onnx-floats.ts';
import { safetensorsFloats } from './safetensors-floats.ts';

/** Bytes in memory at a time. */
const CHUNK = 4 * 2 ** 20;

/** Looks at every float weight of a folder's ONNX and safetensors files once, since a trial touches few rows of an embedding. Infinity passes:
 *  masks are made of it. Files that are missing or broken pass too: what opens them says how.
 *  @throws HoplineError MODEL_NOT_FINITE that names file, tensor and element */
export async function refuseNaN({ path: folder, files }: Pick<ModelFolder, 'path' | 'files'>): Promise<void> {
  const buffer = new Uint8Array(CHUNK);
  for (const file of files) {
    const at = path.join(folder, file);
    const handles = new Map<string, FileHandle>();
    try {
      for (const range of await floatsOf(at)) {
        if (!existsSync(range.file)) continue;
        const handle = handles.get(range.file) ?? (await open(range.file));
        handles.set(range.file, handle);
        const element = await nanIn(handle, range, buffer);
        if (element !== undefined) throw notFinite(`model.${file} ${range.tensor}`, `NaN at element ${element}`);
      }
    } finally {
      for (const handle of handles.values()) await handle.close();
    }
  }
}

async function floatsOf(file: string): Promise<FloatRange[]> {
  if (!existsSync(file)) return [];
  if (file.endsWith('.onnx')) return onnxFloats(file);
  return file.endsWith('.safetensors') ? safetensorsFloats(file) : [];
}

async function nanIn(handle: FileHandle, { type, start, end }: FloatRange, buffer: Uint8Array): Promise<number | undefined> {
  const width = FLOAT_BYTES[type];
  for (let at = start; at < end; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
    const whole = bytesRead - (bytesRead % width);
    if (whole === 0) return undefined;
    const element = findNaN(type, buffer.subarray(0, whole));
    if (element >= 0) return (at - start) / width + element;
    at += whole;
  }
  return undefined;
}
