import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { HoplineError } from '../plan/errors.ts';

export interface AdapterQuestion {
  name: string;
  folder: string;
  paths: readonly string[];
  /** The project's. */
  adapters: readonly string[];
  given: string | undefined;
}

/** Which adapter opens a model: the one that is named, else the one that its safetensors header names as `kind`.
 *  @throws MODEL_ADAPTER_UNKNOWN, MODEL_ADAPTER_MISSING */
export async function findAdapter({ name, folder, paths, adapters, given }: AdapterQuestion): Promise<string> {
  const known = adapters.join(', ') || 'none';
  if (given !== undefined) {
    if (adapters.includes(given)) return given;
    throw new HoplineError(
      'MODEL_ADAPTER_UNKNOWN',
      `model "${name}".adapter must be one of ${known}, got ${JSON.stringify(given)}`,
      {
        hint: 'adapters are declared in hopline.config.ts',
      },
    );
  }
  for (const path of paths.filter((file) => file.endsWith('.safetensors'))) {
    const kind = await safetensorsKind(join(folder, path));
    if (kind !== undefined && adapters.includes(kind)) return kind;
  }
  throw new HoplineError('MODEL_ADAPTER_MISSING', `model "${name}".adapter must be given, got nothing that says which`, {
    hint: `--adapter with one of: ${known}`,
  });
}

/** `kind` in the metadata of a safetensors header: 8 bytes of length, then JSON. */
async function safetensorsKind(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const length = bytesRead === 8 ? Number(buffer.readBigUInt64LE()) : 0;
    if (length < 2 || length > 10_000_000) return undefined;
    const header = await file.read(Buffer.alloc(length), 0, length, 8);
    const { __metadata__: metadata } = JSON.parse(header.buffer.toString('utf8')) as { __metadata__?: Record<string, string> };
    return metadata?.kind;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
