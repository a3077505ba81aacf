import { HoplineError } from '../plan/errors.ts';
import type { Tx } from './db.ts';
import { SOURCE_ROWS } from './source-rows.ts';

interface Found {
  name: string;
  expected: number;
  found: number;
  failed: number;
  maxFailures: number;
}

/** Refuses to go on with less than was written down before the run. Counts the members themselves, not the counters.
 *  @throws FAN_IN_SHORT with node, expected and found; NODE_FAILED_SHARE when more than `maxFailures` failed; NODE_NOT_FOUND */
export async function assertFanIn(db: Tx, runId: string, nodeNames: readonly string[]): Promise<void> {
  const nodes = await db.query<Found>(
    `SELECT n.name, n.expected, n.max_failures AS "maxFailures", m.failed,
            CASE WHEN n.kind = 'source' THEN ${SOURCE_ROWS} ELSE m.found END AS found
       FROM node n CROSS JOIN LATERAL (
         SELECT count(DISTINCT ordinal) AS found, count(DISTINCT ordinal) FILTER (WHERE failed) AS failed FROM (
           SELECT x.ordinal, s.failed IS NOT NULL AS failed FROM node_sample x JOIN sample s ON s.id = x.sample_id WHERE x.node_id = n.id
           UNION ALL
           SELECT x.ordinal, c.failed IS NOT NULL FROM node_score x JOIN score c ON c.id = x.score_id WHERE x.node_id = n.id
           UNION ALL
           SELECT x.ordinal, false FROM node_outcome x WHERE x.node_id = n.id) members) m
      WHERE n.run_id = $1 AND n.name = ANY ($2)`,
    [runId, nodeNames],
  );
  for (const name of nodeNames)
    assertComplete(
      runId,
      name,
      nodes.find((node) => node.name === name),
    );
}

function assertComplete(runId: string, name: string, node: Found | undefined): void {
  if (!node) throw new HoplineError('NODE_NOT_FOUND', `node must be one of run ${runId}, got ${name}`);
  if (node.found !== node.expected) {
    throw new HoplineError(
      'FAN_IN_SHORT',
      `node "${name}" must have ${node.expected} items before the next one starts, got ${node.found}`,
      {
        hint: `hopline resume ${runId}`,
        permanent: false,
      },
    );
  }
  if (node.failed > node.maxFailures * node.expected) {
    throw new HoplineError(
      'NODE_FAILED_SHARE',
      `node "${name}".maxFailures must not be passed (${node.maxFailures} of ${node.expected}), got ${node.failed} failed`,
      {
        hint: `hopline show ${runId} names the reasons`,
      },
    );
  }
}
