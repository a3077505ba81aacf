import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';
import { resolveSample } from './resolve-sample.ts';
import { type SampleRow, samplesById } from './sample-row.ts';
import type { Visibility } from './visibility.ts';
import { walkPages } from './walk-pages.ts';
import type { WalkedEdge, WalkPlace, Way } from './walked-edges.ts';

export interface WalkOptions {
  /** Default 32. */
  maxHops?: number;
  /** Edges a page. */
  first: number;
  /** The last edge of the page before. */
  after?: WalkPlace;
  visibility?: Visibility;
}

export interface LineageEdge extends WalkedEdge {
  /** The far end: the parent going up, the child going down. */
  sample: SampleRow;
}

export interface LineagePage {
  /** By depth, which is 1 for a direct parent or child and of several ways the shortest; then in the order in which the far ends were made. */
  edges: LineageEdge[];
  hasMore: boolean;
  truncated: boolean;
}

/** The most hops that a walk takes. */
export const MOST_HOPS = 32;

/** Everything that a sample was made from, up to the real samples, as flat edges. @throws SAMPLE_NOT_FOUND */
export const ancestors = (db: Tx, sampleKey: Digest, options: WalkOptions): Promise<LineagePage> =>
  walk(db, sampleKey, options, 'up');

/** Everything that was made from a sample, as flat edges. @throws SAMPLE_NOT_FOUND */
export const descendants = (db: Tx, sampleKey: Digest, options: WalkOptions): Promise<LineagePage> =>
  walk(db, sampleKey, options, 'down');

async function walk(db: Tx, sampleKey: Digest, options: WalkOptions, way: Way): Promise<LineagePage> {
  const { maxHops = MOST_HOPS, first, after, visibility = null } = options;
  const start = await resolveSample(db, sampleKey, visibility);
  const page = (await walkPages(db, way, [start.id], { maxHops, first, after }, visibility)).get(start.id)!;
  const rows = await samplesById(db, [...new Set(page.edges.map((edge) => edge.far))]);
  const samples = new Map(rows.map((row) => [row.id, row]));
  return { ...page, edges: page.edges.map((edge) => ({ ...edge, sample: samples.get(edge.far)! })) };
}
