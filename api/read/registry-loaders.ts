import type { DatasetInfo, Db, ModelInfo } from '../../engine/lineage/index.ts';
import { datasetVersions, modelVersions, type VersionRef } from '../../engine/lineage/registry-pages.ts';
import { batchLoader } from '../schema/batch-loader.ts';

/** Datasets and models by `digest/name`. They are the instance's, visible to everyone. null for unknown ones. */
export interface RegistryLoaders {
  dataset(id: string): Promise<DatasetInfo | null>;
  model(id: string): Promise<ModelInfo | null>;
}

export const versionId = ({ name, digest }: VersionRef): string => `${digest}/${name}`;

export function registryLoaders(db: Db): RegistryLoaders {
  const byVersion = <T extends VersionRef>(load: (refs: VersionRef[]) => Promise<T[]>) =>
    batchLoader<string, T | null>(async (ids) => {
      const refs = ids.flatMap((id) => refOf(id) ?? []);
      const found = new Map((refs.length ? await load(refs) : []).map((row) => [versionId(row), row]));
      return ids.map((id) => found.get(id) ?? null);
    });
  return {
    dataset: byVersion((refs) => datasetVersions(db, refs)),
    model: byVersion((refs) => modelVersions(db, refs)),
  };
}

function refOf(id: string): VersionRef | undefined {
  const [, digest, name] = /^([0-9a-f]{64})\/(.+)$/s.exec(id) ?? [];
  return digest && name ? { digest, name } : undefined;
}
