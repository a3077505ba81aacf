/** A stretch of latents that is decoded on its own, and how many of them it shares with the stretches before and after it. */
export interface Stretch {
  readonly start: number;
  readonly before: number;
  readonly after: number;
}

/** Covers `length` by stretches of `tile`, neighbours sharing at least a quarter: evenly, so that all have one shape. One stretch where
 *  the length fits. */
export function coverByTiles(length: number, tile: number): Stretch[] {
  if (length <= tile) return [{ start: 0, before: 0, after: 0 }];
  const stride = Math.max(1, Math.floor(tile * 0.75));
  const count = Math.ceil((length - tile) / stride) + 1;
  const starts = Array.from({ length: count }, (_, i) => Math.floor((i * (length - tile)) / (count - 1)));
  const shared = (i: number): number => (i < 0 || i > count - 2 ? 0 : starts[i]! + tile - starts[i + 1]!);
  return starts.map((start, i) => ({ start, before: shared(i - 1), after: shared(i) }));
}

/** Weight of each of a tile's pixels along one side. Neighbours fade into each other in the middle of what they share, over a quarter of
 *  a tile: a tile's own border, which saw the least around it, is left out. The weights of all tiles add up to 1. */
export function fade({ before, after }: Stretch, length: number, pixelsPerLatent: number): Float32Array {
  const rise = (i: number, shared: number): number => {
    if (shared === 0) return 1;
    const over = Math.min(shared, length / 4);
    return Math.min(Math.max((i + 0.5 - (shared - over) / 2) / over, 0), 1);
  };
  return Float32Array.from(
    { length },
    (_, i) => rise(i, before * pixelsPerLatent) * rise(length - 1 - i, after * pixelsPerLatent),
  );
}
