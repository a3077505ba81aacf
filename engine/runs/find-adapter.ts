import { join } from 'node:path';
import { HoplineError } from '../plan/errors.ts';
import type { ModelAdapter, ModelFolder } from '../plan/model-adapter.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';

export interface AdapterQuestion {
  /** The model's. */
  name: string;
  folder: ModelFolder;
  /** The project's, by name. */
  adapters: ReadonlyMap<string, ModelAdapter>;
  /** By the user, or by `model.json`. */
  given: string | undefined;
}

/** Which adapter opens a model: the one that is named, else the one that a safetensors header names as `kind`, else the only one that
 *  recognises the folder.
 *  @throws MODEL_ADAPTER_UNKNOWN, MODEL_ADAPTER_MISSING, MODEL_ADAPTER_AMBIGUOUS */
export async function findAdapter({ name, folder, adapters, given }: AdapterQuestion): Promise<ModelAdapter> {
  const known = [...adapters.keys()].join(', ') || 'none';
  if (given !== undefined) {
    const adapter = adapters.get(given);
    if (adapter) return adapter;
    throw new HoplineError(
      'MODEL_ADAPTER_UNKNOWN',
      `model "${name}".adapter must be one of ${known}, got ${JSON.stringify(given)}`,
      {
        hint: 'adapters are declared in hopline.config.ts',
      },
    );
  }
  const named = await namedInside(folder, adapters);
  if (named) return named;
  const fitting: ModelAdapter[] = [];
  for (const adapter of adapters.values()) if (await adapter.recognises?.(folder)) fitting.push(adapter);
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) {
    throw new HoplineError(
      'MODEL_ADAPTER_AMBIGUOUS',
      `model "${name}".adapter must be given, got a folder that suits ${fitting.map((adapter) => adapter.name).join(' and ')}`,
      { hint: `--adapter ${fitting[0]!.name}` },
    );
  }
  throw new HoplineError('MODEL_ADAPTER_MISSING', `model "${name}".adapter must be given, got ${await looks(folder)}`, {
    hint: `--adapter with one of: ${known}`,
  });
}

async function namedInside(
  { path, files }: ModelFolder,
  adapters: AdapterQuestion['adapters'],
): Promise<ModelAdapter | undefined> {
  for (const file of files.filter((name) => name.endsWith('.safetensors'))) {
    const header = await readSafetensorsHeader(join(path, file)).catch(() => undefined);
    const adapter = adapters.get(header?.metadata.kind ?? '');
    if (adapter) return adapter;
  }
  return undefined;
}

/** What the folder says of itself, for one who wonders why no adapter took it. */
async function looks(folder: ModelFolder): Promise<string> {
  const index = (await folder.json('model_index.json')) as { _class_name?: unknown } | undefined;
  if (index?._class_name) return `a pipeline of the class ${JSON.stringify(index._class_name)}, which no adapter takes`;
  const config = (await folder.json('config.json')) as { model_type?: unknown } | undefined;
  if (config?.model_type) return `a model of the type ${JSON.stringify(config.model_type)}, which no adapter takes as it is`;
  for (const [file, value] of Object.entries({ 'model_index.json': index, 'config.json': config }))
    if (value === undefined && folder.files.includes(file)) return `a ${file} that is no JSON: it may be cut off`;
  return 'nothing that says which';
}
