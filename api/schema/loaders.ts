import {
  type Db,
  getRun,
  type RunFailure,
  type RunMetric,
  type RunProgress,
  type RunRow,
  runFailures,
  runMetrics,
  runProgress,
  type SampleStory,
  sampleStory,
} from '../../engine/lineage/index.ts';
import { batchLoader } from './batch-loader.ts';

/** What several fields of one thing share, read once a request. */
export interface Loaders {
  run(id: string): Promise<RunRow>;
  progress(runId: string): Promise<RunProgress>;
  metrics(runId: string): Promise<RunMetric[]>;
  /** The first 1,000. */
  failures(runId: string): Promise<RunFailure[]>;
  story(sampleKey: string): Promise<SampleStory>;
}

export function createLoaders(db: Db): Loaders {
  const each = <V>(load: (key: string) => Promise<V>) => batchLoader<string, V>((keys) => Promise.all(keys.map(load)));
  return {
    run: each((id) => getRun(db, id)),
    progress: each((id) => runProgress(db, id)),
    metrics: each((id) => runMetrics(db, id)),
    failures: each((id) => runFailures(db, id, { limit: 1000 })),
    story: each((key) => sampleStory(db, key)),
  };
}
