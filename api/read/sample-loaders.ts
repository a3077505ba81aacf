import type { Db } from '../../engine/lineage/index.ts';
import { resolveSample } from '../../engine/lineage/resolve-sample.ts';
import { type RetractionRow, retractionsOf } from '../../engine/lineage/retractions.ts';
import { type SampleDataset, sampleDatasets } from '../../engine/lineage/sample-datasets.ts';
import { type SampleDecision, sampleDecisions } from '../../engine/lineage/sample-decisions.ts';
import { type DerivationRow, sampleDerivations } from '../../engine/lineage/sample-derivations.ts';
import { type SampleRow, samplesById, samplesByKey } from '../../engine/lineage/sample-row.ts';
import { type SampleScore, sampleScores } from '../../engine/lineage/sample-scores.ts';
import {
  type CheckpointUse,
  type KeysetPage,
  type Prediction,
  samplePredictions,
  sampleRuns,
  sampleTrained,
} from '../../engine/lineage/sample-uses.ts';
import { type ScoreRank, scoreRanks } from '../../engine/lineage/score-ranks.ts';
import type { Visibility } from '../../engine/lineage/visibility.ts';
import { type WalkedPage, type WalkPage, walkPages } from '../../engine/lineage/walk-pages.ts';
import type { Way } from '../../engine/lineage/walked-edges.ts';
import { batchLoader } from '../schema/batch-loader.ts';
import { pagedLoader } from '../schema/paged-loader.ts';

/** Everything about samples, each field of a whole page of them in one statement. */
export interface SampleLoaders {
  /** By id, of samples that the viewer is known to see. */
  sample(id: number): Promise<SampleRow>;
  /** null for a key that is unknown or another project's. */
  sampleByKey(key: string): Promise<SampleRow | null>;
  /** @throws SAMPLE_NOT_FOUND, SAMPLE_AMBIGUOUS */
  sampleByPrefix(prefix: string): Promise<SampleRow>;
  /** null for a real sample. */
  derivation(sampleId: number): Promise<DerivationRow | null>;
  datasetRows(sampleId: number): Promise<readonly SampleDataset[]>;
  scores(sampleId: number): Promise<readonly SampleScore[]>;
  scoreRank(scoreId: number): Promise<ScoreRank | null>;
  decisions(sampleId: number): Promise<readonly SampleDecision[]>;
  trained(sampleId: number, page: KeysetPage): Promise<readonly CheckpointUse[]>;
  predictions(sampleId: number, page: KeysetPage): Promise<readonly Prediction[]>;
  runIdsOf(sampleId: number, page: { limit: number; after?: string }): Promise<readonly { runId: string }[]>;
  retraction(sampleKey: string): Promise<RetractionRow | null>;
  walk(sampleId: number, way: Way, page: WalkPage): Promise<WalkedPage>;
}

export function sampleLoaders(db: Db, visibility: Visibility): SampleLoaders {
  const list = <T>(load: (ids: number[]) => Promise<Map<number, T[]>>) =>
    batchLoader<number, readonly T[]>(async (ids) => {
      const rows = await load(ids);
      return ids.map((id) => rows.get(id) ?? []);
    });
  const walks = pagedLoader<number, WalkPage & { way: Way }, WalkedPage>(async (ids, { way, ...page }) => {
    const pages = await walkPages(db, way, ids, page, visibility);
    return new Map([...pages].map(([id, found]) => [id, [found]]));
  });
  const sample = batchLoader<number, SampleRow>(async (ids) => {
    const rows = new Map((await samplesById(db, ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? new RangeError(`sample ${id} is gone`));
  });
  return {
    sample,
    sampleByKey: batchLoader(async (keys) => {
      const rows = new Map((await samplesByKey(db, keys, visibility)).map((row) => [row.key, row]));
      return keys.map((key) => rows.get(key) ?? null);
    }),
    sampleByPrefix: async (prefix) => sample((await resolveSample(db, prefix, visibility)).id),
    derivation: batchLoader(async (ids) => {
      const rows = await sampleDerivations(db, ids, visibility);
      return ids.map((id) => rows.get(id) ?? null);
    }),
    datasetRows: list((ids) => sampleDatasets(db, ids)),
    scores: list((ids) => sampleScores(db, ids, visibility)),
    scoreRank: batchLoader(async (ids) => {
      const rows = new Map((await scoreRanks(db, ids, visibility)).map((row) => [row.scoreId, row]));
      return ids.map((id) => rows.get(id) ?? null);
    }),
    decisions: list((ids) => sampleDecisions(db, ids, visibility)),
    trained: pagedLoader((ids, page: KeysetPage) => sampleTrained(db, ids, page, visibility)),
    predictions: pagedLoader((ids, page: KeysetPage) => samplePredictions(db, ids, page, visibility)),
    runIdsOf: pagedLoader((ids, page: { limit: number; after?: string }) => sampleRuns(db, ids, page, visibility)),
    retraction: batchLoader(async (keys) => {
      const rows = await retractionsOf(db, keys, visibility);
      return keys.map((key) => rows.get(key) ?? null);
    }),
    walk: async (id, way, page) => (await walks(id, { ...page, way }))[0]!,
  };
}
