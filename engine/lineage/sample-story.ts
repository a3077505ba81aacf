import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Tx } from './db.ts';
import { resolveSample } from './resolve-sample.ts';
import { type SampleRow, samplesById } from './sample-row.ts';

export interface InputRef {
  role: string;
  key: Digest;
}

export interface DerivationRow {
  step: string;
  params: JsonObject;
  models: Record<string, string>;
  codeDigest: Digest;
  runId: string;
  node: string;
  worker: string;
  device: string;
  startedAt: Date;
  /** Of the whole task; divide by `items`. */
  seconds: number;
  items: number;
  /** Whole-node inputs. */
  inputs: InputRef[];
}

export interface SampleStory {
  sample: SampleRow;
  /** null for a real sample. */
  derivation: DerivationRow | null;
  datasets: { name: string; index: number; rowId: string; part: string | null }[];
  scores: {
    key: Digest;
    /** null when the scorer failed. */
    loss: number | null;
    values: Record<string, number>;
    step: string;
    runId: string;
    node: string;
    /** Among them the teacher's checkpoint. */
    inputs: InputRef[];
  }[];
  decisions: {
    outcome: Digest;
    runId: string;
    node: string;
    kept: boolean;
    rank: number;
    threshold: number | null;
    reason: string;
  }[];
  /** Checkpoints that trained on it. */
  trained: { checkpoint: Digest; runId: string; node: string; epoch: number }[];
  predictions: { outcome: Digest; checkpoint: Digest | null; mode: string | null; label: string; logProbabilities: number[] }[];
  /** Runs that have it, newest first, at most 50. */
  runs: string[];
}

const INPUTS = `(SELECT coalesce(jsonb_agg(jsonb_build_object('role', i.role, 'key', encode(i.key, 'hex')) ORDER BY i.role, i.key), '[]')
                   FROM derivation_input i WHERE i.derivation_id = d.id) AS inputs`;

/** Everything known of one sample: how it was made, how it was judged, what it trained. Lists are cut at 1,000.
 *  @throws SAMPLE_NOT_FOUND, SAMPLE_AMBIGUOUS for the first characters (at least 6) of several keys */
export async function sampleStory(db: Tx, keyOrPrefix: string): Promise<SampleStory> {
  const { id } = await resolveSample(db, keyOrPrefix);
  const of = <T>(sql: string): Promise<T[]> => db.query<T>(sql, [id]);
  const samples = await samplesById(db, [id]);
  const derivations = await of<DerivationRow>(`
      SELECT d.step, d.params, d.models, d.code_digest AS "codeDigest", d.run_id AS "runId", d.node, d.worker, d.device,
             d.started_at AS "startedAt", d.seconds, d.items, ${INPUTS}
        FROM sample s JOIN derivation d ON d.id = s.derivation_id WHERE s.id = $1`);
  const datasets = await of<SampleStory['datasets'][number]>(`
      SELECT d.name, r.index, r.row_id AS "rowId", r.part FROM dataset_row r JOIN dataset d ON d.id = r.dataset_id
       WHERE r.text_sample_id = $1 OR r.image_sample_id = $1 ORDER BY d.id, r.index LIMIT 1000`);
  const scores = await of<SampleStory['scores'][number]>(`
      SELECT c.key, c.loss, coalesce(c."values", '{}') AS "values", d.step, d.run_id AS "runId", d.node, ${INPUTS}
        FROM score c JOIN derivation d ON d.id = c.derivation_id WHERE c.sample_id = $1 ORDER BY c.id LIMIT 1000`);
  const decisions = await of<SampleStory['decisions'][number]>(`
      SELECT o.key AS outcome, d.run_id AS "runId", d.node, x.kept, x.rank, x.threshold, x.reason
        FROM decision x JOIN outcome o ON o.id = x.outcome_id JOIN derivation d ON d.id = o.derivation_id
       WHERE x.sample_id = $1 ORDER BY o.id LIMIT 1000`);
  const trained = await of<SampleStory['trained'][number]>(`
      SELECT o.key AS checkpoint, d.run_id AS "runId", d.node, o.epoch
        FROM training_set_member m JOIN outcome o ON o.training_set_id = m.set_id JOIN derivation d ON d.id = o.derivation_id
       WHERE m.sample_id = $1 ORDER BY o.id LIMIT 1000`);
  const predictions = await of<SampleStory['predictions'][number]>(`
      SELECT o.key AS outcome, c.key AS checkpoint, p.mode, p.label, p.log_probabilities AS "logProbabilities"
        FROM prediction p JOIN outcome o ON o.id = p.outcome_id LEFT JOIN outcome c ON c.id = p.checkpoint_id
       WHERE p.sample_id = $1 ORDER BY p.id LIMIT 1000`);
  const runs = await of<{ id: string }>(`
      SELECT DISTINCT n.run_id AS id FROM node_sample m JOIN node n ON n.id = m.node_id WHERE m.sample_id = $1 ORDER BY 1 DESC LIMIT 50`);
  const { id: _, ...sample } = samples[0]!;
  return {
    sample,
    derivation: derivations[0] ?? null,
    datasets,
    scores,
    decisions,
    trained,
    predictions,
    runs: runs.map((run) => run.id),
  };
}
