import { objectOrigin, recordWhole } from '../../engine/lineage/index.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { objectLost } from './object-lost.ts';
import { remakeItems } from './remake-items.ts';
import { remakeOutcome } from './remake-outcome.ts';
import { remakePlan } from './remake-plan.ts';
import type { RemakeServices, RemakeTask } from './remake-task.ts';

/** Makes an object again that the store has lost, by asking the same of the same step once more: `whole`, or `moved` where the rows now
 *  point to another object. Its inputs are made again first where they are lost too. What nobody here has made (datasets, models) is lost.
 *  @throws OBJECT_LOST */
export async function remakeObject(services: RemakeServices, task: RemakeTask): Promise<'whole' | 'moved'> {
  const { runId, digest } = task;
  const origin = await objectOrigin(services.db, digest);
  switch (origin.kind) {
    case 'sample':
    case 'score':
      return lostIfPermanent(digest, origin.node, () => remakeItems(services, task, origin));
    case 'outcome':
      await lostIfPermanent(digest, origin.node, () => remakeOutcome(services, task, origin));
      await recordWhole(services.db, runId, origin.node, digest);
      return 'whole';
    case 'plan':
      await remakePlan(services, origin.runId, digest);
      await recordWhole(services.db, runId, null, digest);
      return 'whole';
    case 'dataset': {
      const { name, reader } = origin;
      const hint = `register the dataset again, which puts its files back: hopline data add ${name} --reader ${reader}`;
      throw objectLost(digest, `real samples of dataset "${name}"`, hint);
    }
    case 'model': {
      const hint = `register the model again, which puts its files back: hopline models add ${origin.name} --from DIR`;
      throw objectLost(digest, `the file ${origin.path} of model "${origin.name}"`, hint);
    }
    default:
      throw objectLost(digest, 'an object that no row names', 'restore it from a copy of the store');
  }
}

/** An error that trying again can't mend means that the object is lost, unless it names another object that is. */
async function lostIfPermanent<T>(digest: Digest, node: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HoplineError) || !error.permanent || error.code === 'OBJECT_LOST') throw error;
    const hint = error.hint ?? `restore the object from a copy, or hopline rerun RUN --from ${node}`;
    throw objectLost(digest, `what node "${node}" made and can't make again: ${error.code} ${error.message}`, hint, error);
  }
}
