import { type Digest, digestSet } from '../plan/digest.ts';
import type { HandlePart } from '../plan/handles.ts';
import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import { nodeRows } from './node-rows.ts';
import { pagesOf } from './pages.ts';
import type { LiveCommit } from './task-commit.ts';

/** The set of samples that an epoch trained on, stored once however many epochs and folds share it. Default: every sample input of the
 *  node. null when there are none. */
export async function insertTrainingSet(tx: Tx, commit: LiveCommit): Promise<number | null> {
  const keys = [...new Set(commit.result.trainedOn ?? (await sampleInputs(tx, commit)))];
  if (!keys.length) return null;
  const digest = bytea(digestSet(keys));
  const [made] = await tx.query<{ id: number }>(
    'INSERT INTO training_set (digest, size) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING RETURNING id',
    [digest, keys.length],
  );
  if (made) {
    for (const page of pagesOf([...(await sampleIds(tx, keys)).values()])) {
      await tx.query('INSERT INTO training_set_member (set_id, sample_id) SELECT $1, * FROM unnest($2::bigint[])', [
        made.id,
        page,
      ]);
    }
    return made.id;
  }
  const [found] = await tx.query<{ id: number }>('SELECT id FROM training_set WHERE digest = $1', [digest]);
  return found!.id;
}

async function sampleInputs(tx: Tx, commit: LiveCommit): Promise<Digest[]> {
  const [node] = await tx.query<{ inputs: Record<string, HandlePart[]> }>('SELECT inputs FROM node WHERE id = $1', [
    commit.nodeId,
  ]);
  const parts = Object.values(node!.inputs)
    .flat()
    .filter((part) => part.medium === 'text' || part.medium === 'image' || part.medium === 'features');
  return (await nodeRows(tx, commit.runId, parts)).map((row) => row.key);
}
