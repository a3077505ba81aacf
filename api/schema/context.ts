import type { Visibility } from '../../engine/lineage/visibility.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import type { Loaders } from './loaders.ts';
import type { Viewer } from './viewer.ts';

/** What every resolver gets: who asks, the engine's services, and loaders that live for one request. */
export interface ApiContext {
  viewer: Viewer;
  /** `viewer.project`'s id, as the engine's readers want it. */
  visibility: Visibility;
  services: RunServices;
  loaders: Loaders;
  /** Prefix for `imageUrl`: `http://127.0.0.1:4100`. */
  origin: string;
}
