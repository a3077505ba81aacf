import { artifactVisible } from '../../../engine/lineage/artifact-visible.ts';
import type { Db } from '../../../engine/lineage/index.ts';
import type { Visibility } from '../../../engine/lineage/visibility.ts';
import type { Digest } from '../../../engine/plan/digest.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';

/** Passes an object that who asks may read.
 *  @throws OBJECT_MISSING, as for one that is not there */
export async function assertArtifactVisible(db: Db, digest: Digest, visibility: Visibility): Promise<void> {
  if (await artifactVisible(db, digest, visibility)) return;
  throw new HoplineError('OBJECT_MISSING', `artifact must be an object of the store, got ${digest}`);
}
