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

/** How many items a `node n` has of one kind, counted in the index alone; and how many of them failed, which few have. */
const FOUND = (kind: 'sample' | 'score' | 'outcome'): string =>
  `(SELECT count(DISTINCT x.ordinal) FROM node_${kind} x WHERE x.node_id = n.id)`;
const FAILED = (kind: 'sample' | 'score'): string =>
  `(SELECT count(DISTINCT x.ordinal) FROM ${kind} s JOIN node_${kind} x ON x.${kind}_id = s.id WHERE s.failed IS NOT NULL AND x.node_id = n.id)`;

/** Refuses to go on with less than was written down before the run. Counts the members themselves, not the counters.
 *  @throws FAN_IN_SHORT with node, expected and found; NODE_FAILED_SHARE when more than `maxFailures` failed; NODE_NOT_FOUND */
export async function assertFanIn(db: Tx, runId: string, nodeNames: readonly string[]): Promise<void> {
  const nodes = await db.query<Found>(
    `SELECT n.name, n.expected, n.max_failures AS "maxFailures",
            CASE n.kind WHEN 'source' THEN ${SOURCE_ROWS} WHEN 'map' THEN ${FOUND('sample')} + ${FOUND('score')}
                        ELSE ${FOUND('outcome')} END AS found,
            CASE n.kind WHEN 'map' THEN ${FAILED('sample')} + ${FAILED('score')} ELSE 0 END AS failed
       FROM node n WHERE n.run_id = $1 AND n.name = ANY ($2)`,
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
