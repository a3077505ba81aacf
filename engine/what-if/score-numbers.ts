import type { Tx } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { HandlePart } from '../plan/handles.ts';

/** They come as JSON: a page of a quarter of a million is what an API process has room for. */
const MOST_NUMBERS = 250_000;

/** The further numbers of scores, such as log-probabilities, by the id of the sample. @throws WHAT_IF_TOO_LARGE */
export async function scoreNumbers(
  db: Tx,
  runId: string,
  parts: readonly HandlePart[],
): Promise<ReadonlyMap<number, Record<string, number>>> {
  const rows = await db.query<{ id: number; values: Record<string, number> }>(
    `SELECT c.sample_id AS id, c."values" FROM node n JOIN node_score m ON m.node_id = n.id JOIN score c ON c.id = m.score_id
      WHERE n.run_id = $1 AND n.name = ANY ($2::text[]) AND c.failed IS NULL LIMIT ${MOST_NUMBERS + 1}`,
    [runId, parts.map((part) => part.node)],
  );
  if (rows.length > MOST_NUMBERS)
    throw new HoplineError(
      'WHAT_IF_TOO_LARGE',
      `whatIf.rule.params must be asked of at most ${MOST_NUMBERS} scores when the step reads their values, got more`,
      {
        hint: 'rule.share, rule.threshold, rule.keepPerInstance, rule.sharePerInstance and rule.randomSeed need losses only',
      },
    );
  return new Map(rows.map(({ id, values }) => [id, values]));
}
