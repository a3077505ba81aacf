import type { Db } from '../../engine/lineage/index.ts';
import type { Visibility } from '../../engine/lineage/visibility.ts';
import { type RegistryLoaders, registryLoaders } from '../read/registry-loaders.ts';
import { type RunLoaders, runLoaders } from '../read/run-loaders.ts';
import { type SampleLoaders, sampleLoaders } from '../read/sample-loaders.ts';
import { type VerificationLoaders, verificationLoaders } from '../read/verification-loaders.ts';

/** What fields read, a whole page in one statement, each thing once a request. All of it as far as the viewer sees. */
export type Loaders = RunLoaders & SampleLoaders & RegistryLoaders & VerificationLoaders;

export const createLoaders = (db: Db, visibility: Visibility): Loaders => ({
  ...runLoaders(db, visibility),
  ...sampleLoaders(db, visibility),
  ...registryLoaders(db),
  ...verificationLoaders(db, visibility),
});
