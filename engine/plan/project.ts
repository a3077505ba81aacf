import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importModule } from '../program/import-module.ts';
import type { Pipeline } from './define-pipeline.ts';
import { HoplineError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { ModelAdapter } from './model-adapter.ts';

/** A row as a dataset reader yields it. */
export interface ReaderRow {
  id: string;
  part?: string;
  group: string;
  text?: string;
  image?: Uint8Array;
  meta: JsonObject;
}

/** Reads a published layout into rows. Throws a named error with file and line for what it can't read. */
export interface Reader {
  name: string;
  description: string;
  read(options: { from?: string; seed?: number; params?: JsonObject }): AsyncIterable<ReaderRow>;
}

/** A model that ships with a project: a folder of files under a name. */
export interface ShippedModel {
  name: string;
  adapter: string;
  folder: string;
}

/** A dataset that ships with a project: a reader that makes its rows itself, with its defaults. */
export interface ShippedDataset {
  name: string;
  /** A reader's name. */
  reader: string;
}

/** What `hopline.config.ts` declares. */
export interface ProjectConfig {
  pipelines?: Pipeline[];
  readers?: Reader[];
  /** The model adapters that the project's steps understand; a name alone where there is nothing to check. */
  adapters?: (string | ModelAdapter)[];
  models?: ShippedModel[];
  /** Registered when they are first asked for. */
  datasets?: ShippedDataset[];
  /** Looks whether a device that isn't a CPU can compute here, in a process of its own. Default: it is believed.
   *  @throws DEVICE_UNAVAILABLE */
  probeDevice?(device: string): Promise<void>;
}

export interface Project {
  pipelines: Map<string, Pipeline>;
  readers: Map<string, Reader>;
  /** By name. */
  adapters: Map<string, ModelAdapter>;
  models: ShippedModel[];
  datasets: ShippedDataset[];
  probeDevice?: ((device: string) => Promise<void>) | undefined;
}

export const defineConfig = (config: ProjectConfig): ProjectConfig => config;

const HOUSE = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The house's own pipelines and readers, and those of a `hopline.config.ts` in the given folder or above it. A user's name wins. */
export async function loadProject(cwd: string): Promise<Project> {
  const house = join(HOUSE, 'hopline.config.ts');
  const configs = [await importConfig(house)];
  const own = findConfig(cwd);
  if (own && own !== house) configs.push(await importConfig(own));
  const project: Project = { pipelines: new Map(), readers: new Map(), adapters: new Map(), models: [], datasets: [] };
  for (const config of configs) {
    for (const pipeline of config.pipelines ?? []) project.pipelines.set(pipeline.name, pipeline);
    for (const reader of config.readers ?? []) project.readers.set(reader.name, reader);
    for (const adapter of config.adapters ?? []) {
      const known = typeof adapter === 'string' ? { name: adapter } : adapter;
      project.adapters.set(known.name, known);
    }
    project.models.push(...(config.models ?? []));
    project.datasets.push(...(config.datasets ?? []));
    project.probeDevice = config.probeDevice ?? project.probeDevice;
  }
  return project;
}

/** Throws PIPELINE_NOT_FOUND with the names that exist. */
export function findPipeline(project: Project, name: string): Pipeline {
  const pipeline = project.pipelines.get(name);
  if (pipeline) return pipeline;
  throw new HoplineError(
    'PIPELINE_NOT_FOUND',
    `pipeline must be one of ${[...project.pipelines.keys()].join(', ')}, got ${JSON.stringify(name)}`,
    {
      hint: 'declare yours in hopline.config.ts: export default defineConfig({ pipelines: [mine] })',
    },
  );
}

function findConfig(cwd: string): string | null {
  if (process.env.HOPLINE_CONFIG) return resolve(process.env.HOPLINE_CONFIG);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, 'hopline.config.ts');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
  }
}

async function importConfig(path: string): Promise<ProjectConfig> {
  try {
    const loaded: { default?: ProjectConfig } = await importModule(pathToFileURL(path).href);
    if (!loaded.default) throw new Error('it has no default export');
    return loaded.default;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HoplineError('CONFIG_BROKEN', `${path} must export default defineConfig({...}): ${message}`, { cause });
  }
}
