import type { RunServices } from '../../engine/runs/index.ts';
import type { Loaders } from './loaders.ts';

/** What every resolver gets: the engine's services, and loaders that live for one request. */
export interface ApiContext {
  services: RunServices;
  loaders: Loaders;
  /** Prefix for `imageUrl`: `http://127.0.0.1:4100`. */
  origin: string;
}
