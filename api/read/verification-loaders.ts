import type { Db } from '../../engine/lineage/index.ts';
import type { Visibility } from '../../engine/lineage/visibility.ts';
import { batchLoader } from '../schema/batch-loader.ts';
import { pagedLoader } from '../schema/paged-loader.ts';
import {
  latestVerifiers,
  mismatchesOf,
  type VerificationGroup,
  type VerifiedDerivation,
  verificationGroups,
} from './verification-report.ts';

/** What verifying runs have found, for a page of runs in one statement. */
export interface VerificationLoaders {
  /** The newest run that verifies this one; null where there is none. */
  verifier(runId: string): Promise<string | null>;
  verificationGroups(runId: string): Promise<readonly VerificationGroup[]>;
  mismatches(runId: string, page: { after?: number; limit: number }): Promise<readonly VerifiedDerivation[]>;
}

export const verificationLoaders = (db: Db, visibility: Visibility): VerificationLoaders => ({
  verifier: batchLoader(async (ids) => {
    const found = await latestVerifiers(db, ids, visibility);
    return ids.map((id) => found.get(id) ?? null);
  }),
  verificationGroups: batchLoader(async (ids) => {
    const found = await verificationGroups(db, ids, visibility);
    return ids.map((id) => found.get(id) ?? []);
  }),
  mismatches: pagedLoader((ids: string[], page: { after?: number; limit: number }) => mismatchesOf(db, ids, page, visibility)),
});
