import {
  type Db,
  type FailureGroup,
  failureGroups,
  type RunMetric,
  type RunProgress,
  type RunRow,
  runMetrics,
  runProgress,
  type SampleStory,
  sampleStory,
} from '../../engine/lineage/index.ts';
import { type NodeFacts, nodeFacts } from '../read/node-facts.ts';
import { runsById } from '../read/runs-by-id.ts';
import { batchLoader } from './batch-loader.ts';

/** What several fields of one thing share, read once a request. */
export interface Loaders {
  run(id: string): Promise<RunRow>;
  progress(runId: string): Promise<RunProgress>;
  /** By node name. */
  facts(runId: string): Promise<ReadonlyMap<string, NodeFacts>>;
  metrics(runId: string): Promise<RunMetric[]>;
  /** The 1,000 most frequent causes. */
  failures(runId: string): Promise<FailureGroup[]>;
  story(sampleKey: string): Promise<SampleStory>;
}

export function createLoaders(db: Db): Loaders {
  const each = <V>(load: (key: string) => Promise<V>) =>
    batchLoader<string, V>(async (keys) => {
      const answers = await Promise.allSettled(keys.map(load));
      return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : (answer.reason as Error)));
    });
  return {
    run: batchLoader((ids) => runsById(db, ids)),
    progress: each((id) => runProgress(db, id)),
    facts: each(async (id) => new Map((await nodeFacts(db, id)).map((facts) => [facts.name, facts]))),
    metrics: each((id) => runMetrics(db, id)),
    failures: each((id) => failureGroups(db, id, { limit: 1000 })),
    story: each((key) => sampleStory(db, key)),
  };
}
