import { HoplineError } from '../../engine/plan/errors.ts';
import { runs } from '../operations/runs.ts';
import type { ApiClient } from './api-client.ts';

/** `r`, a time in base 36, six random characters. */
const wholeId = /^r[0-9a-z]{14}$/;

/** So that a variable that is empty names no run. */
const FEWEST = 4;

/** A run's whole id from enough of its beginning, among the latest hundred. `latest` is the newest.
 *  @throws RUN_NOT_FOUND, RUN_AMBIGUOUS */
export async function resolveRunId(client: ApiClient, given: string): Promise<string> {
  if (wholeId.test(given)) return given;
  const ids = (await client.query(runs, { first: 100 })).runs.edges.map(({ node }) => node.runId);
  if (given === 'latest' && ids[0]) return ids[0];
  if (given.length < FEWEST)
    throw new HoplineError(
      'RUN_AMBIGUOUS',
      `run must be named by at least ${FEWEST} letters of its id, got ${JSON.stringify(given)}`,
      {
        hint: 'hopline runs',
      },
    );
  const [found, other] = ids.filter((id) => id.startsWith(given));
  if (!found) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${given}`, { hint: 'hopline runs' });
  if (other && !ids.includes(given))
    throw new HoplineError('RUN_AMBIGUOUS', `run must be named by enough of its id, got ${given}: ${found}, ${other}`);
  return ids.includes(given) ? given : found;
}
