import type { ArtifactRef } from '../compute/order.ts';
import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { refuseCondemned } from './refuse-condemned.ts';
import type { Ids, LiveCommit } from './task-commit.ts';

/** Records the artifacts that tasks have put into the store.
 *  @throws OBJECT_CONDEMNED (not permanent) when the garbage collector is deleting one, or has since its task was leased */
export async function insertArtifacts(tx: Tx, commits: readonly LiveCommit[]): Promise<Ids> {
  const put = commits.flatMap((commit) => artifactsOf(commit).map((artifact) => ({ artifact, taskId: commit.taskId })));
  await refuseCondemned(
    tx,
    put.map(({ artifact, taskId }) => ({ digest: artifact.digest, taskId })),
  );
  return artifactIds(
    tx,
    put.map(({ artifact }) => artifact),
  );
}

const artifactsOf = ({ result }: LiveCommit): ArtifactRef[] => [
  ...(result.artifact ? [result.artifact] : []),
  ...(result.items ?? []).flatMap((made) => made.artifact ?? []),
  ...Object.values(result.files ?? {}),
];

/** Makes the rows that are missing and returns the ids of all. Sorted, so that two transactions meet in the same order. */
export async function artifactIds(tx: Tx, artifacts: readonly ArtifactRef[]): Promise<Ids> {
  const distinct = [...new Map(artifacts.map((artifact) => [artifact.digest, artifact])).values()];
  if (!distinct.length) return new Map();
  distinct.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const digests = byteas(distinct.map((artifact) => artifact.digest));
  const ids = new Map<Digest, number>();
  const made = await tx.query<{ id: number; digest: Digest }>(
    `INSERT INTO artifact (digest, size, media_type) SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[])
     ON CONFLICT (digest) DO NOTHING RETURNING id, digest`,
    [digests, distinct.map((artifact) => artifact.size), distinct.map((artifact) => artifact.mediaType)],
  );
  for (const row of made) ids.set(row.digest, row.id);
  if (ids.size === distinct.length) return ids;
  // A statement of its own: it also sees what another transaction has just committed.
  const found = await tx.query<{ id: number; digest: Digest }>(
    'SELECT id, digest FROM artifact WHERE digest = ANY ($1::bytea[])',
    [digests],
  );
  for (const row of found) ids.set(row.digest, row.id);
  return ids;
}
