import type { Tx } from './db.ts';
import type { InputRef } from './derivation-inputs.ts';
import { resolveSample } from './resolve-sample.ts';
import { type SampleDataset, sampleDatasets } from './sample-datasets.ts';
import { type SampleDecision, sampleDecisions } from './sample-decisions.ts';
import { type DerivationRow, sampleDerivations } from './sample-derivations.ts';
import { type SampleRow, samplesById } from './sample-row.ts';
import { type SampleScore, sampleScores } from './sample-scores.ts';
import { type CheckpointUse, type Prediction, samplePredictions, sampleRuns, sampleTrained } from './sample-uses.ts';
import type { Visibility } from './visibility.ts';

export type { DerivationRow, InputRef };

export interface SampleStory {
  sample: SampleRow;
  /** null for a real sample. */
  derivation: DerivationRow | null;
  datasets: SampleDataset[];
  scores: SampleScore[];
  decisions: SampleDecision[];
  /** Checkpoints that trained on it. */
  trained: CheckpointUse[];
  predictions: Prediction[];
  /** Runs that have it, newest first, at most 50. */
  runs: string[];
}

const LIST = { limit: 1_000 };

/** Everything known of one sample: how it was made, how it was judged, what it trained. Lists are cut at 1,000.
 *  @throws SAMPLE_NOT_FOUND, SAMPLE_AMBIGUOUS for the first characters (at least 6) of several keys */
export async function sampleStory(db: Tx, keyOrPrefix: string, visibility: Visibility = null): Promise<SampleStory> {
  const { id } = await resolveSample(db, keyOrPrefix, visibility);
  const [sample] = await samplesById(db, [id]);
  const of = async <T>(facts: Promise<Map<number, T[]>>): Promise<T[]> => (await facts).get(id) ?? [];
  return {
    sample: sample!,
    derivation: (await sampleDerivations(db, [id], visibility)).get(id) ?? null,
    datasets: await of(sampleDatasets(db, [id])),
    scores: await of(sampleScores(db, [id], visibility)),
    decisions: await of(sampleDecisions(db, [id], visibility)),
    trained: await of(sampleTrained(db, [id], LIST, visibility)),
    predictions: await of(samplePredictions(db, [id], LIST, visibility)),
    runs: (await of(sampleRuns(db, [id], { limit: 50 }, visibility))).map(({ runId }) => runId),
  };
}
