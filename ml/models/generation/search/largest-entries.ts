/** Places of the `count` largest values, largest first; of equal ones the first. Minus infinity is no candidate. */
export function largestEntries(values: Float64Array, count: number): number[] {
  const places: number[] = [];
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value === Number.NEGATIVE_INFINITY) continue;
    if (places.length === count && value <= values[places[count - 1]!]!) continue;
    let to = places.length === count ? count - 1 : places.length;
    while (to > 0 && values[places[to - 1]!]! < value) {
      places[to] = places[to - 1]!;
      to--;
    }
    places[to] = at;
  }
  return places;
}
