import { getRun } from '../../engine/lineage/index.ts';
import type { ApiContext } from '../schema/context.ts';
import { runIdOf } from '../schema/run-id.ts';

/** The plain id of a run that the viewer sees, from an argument. Every mutation of a run asks here first.
 *  @throws RUN_NOT_FOUND, for a run of another project exactly as for an unknown one */
export async function ownRunId(
  { services, visibility }: Pick<ApiContext, 'services' | 'visibility'>,
  given: string,
): Promise<string> {
  return (await getRun(services.db, runIdOf(given), visibility)).id;
}
