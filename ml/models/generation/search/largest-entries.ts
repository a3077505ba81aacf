/** Places of the `count` largest values, largest first; of equal ones the first. Minus infinity is no candidate. */
export function largestEntries(values: Float32Array, count: number): number[] {
  const places: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value <= least) continue;
    let to = Math.min(places.length, count - 1);
    while (to > 0 && values[places[to - 1]!]! < value) {
      places[to] = places[to - 1]!;
      to--;
    }
    places[to] = at;
    if (places.length === count) least = values[places[count - 1]!]!;
  }
  return places;
}
