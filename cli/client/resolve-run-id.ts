import { HoplineError } from '../../engine/plan/errors.ts';
import { runIds } from '../operations/runs.ts';
import type { ApiClient } from './api-client.ts';

/** `r`, a time in base 36, six random characters. */
const wholeId = /^r[0-9a-z]{14}$/;

/** So that a variable that is empty names no run. */
const FEWEST = 4;

/** A run's whole id from enough of its beginning; `latest` is the newest that makes things: a run that verifies another
 *  one is named by its id. @throws RUN_NOT_FOUND, RUN_AMBIGUOUS */
export async function resolveRunId(client: ApiClient, given: string): Promise<string> {
  if (wholeId.test(given)) return given;
  if (given === 'latest') {
    const [newest] = await idsOf(client, 1, { verifying: false });
    if (newest) return newest;
  }
  if (given.length < FEWEST)
    throw new HoplineError(
      'RUN_AMBIGUOUS',
      `run must be named by at least ${FEWEST} letters of its id, got ${JSON.stringify(given)}`,
      {
        hint: 'hopline runs',
      },
    );
  // A pipeline may be called like that, too.
  const [found, other] = (await idsOf(client, 100, { prefix: given })).filter((id) => id.startsWith(given));
  if (!found) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${given}`, { hint: 'hopline runs' });
  if (other) throw new HoplineError('RUN_AMBIGUOUS', `run must be named by enough of its id, got ${given}: ${found}, ${other}`);
  return found;
}

/** The newest first. */
const idsOf = async (client: ApiClient, first: number, filter: { prefix: string } | { verifying: boolean }): Promise<string[]> =>
  (await client.query(runIds, { first, filter })).runs.edges.map(({ node }) => node.runId);
