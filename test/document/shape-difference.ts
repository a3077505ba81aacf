/** Where an answer is not of the shape that a page shows; null where it is. The page may leave things out: fields, and elements of a list where
 *  it has "...". Values may differ, their kinds may not; a null on either side says nothing of the kind. */
export function shapeDifference(shown: unknown, actual: unknown, path = '$'): string | null {
  if (shown === null || actual === null) return null;
  if (Array.isArray(shown)) {
    if (!Array.isArray(actual)) return `${path} must be a list, got ${kind(actual)}`;
    for (const [at, element] of shown.entries()) {
      if (element === '...') continue;
      const differences = actual.map((each) => shapeDifference(element, each, `${path}[${at}]`));
      if (!differences.includes(null)) return differences[0] ?? `${path} must not be empty`;
    }
    return null;
  }
  if (kind(shown) !== kind(actual)) return `${path} must be a ${kind(shown)}, got ${kind(actual)}`;
  if (typeof shown !== 'object') return null;
  for (const [name, value] of Object.entries(shown)) {
    if (!(name in (actual as object))) return `${path}.${name} must be there`;
    const difference = shapeDifference(value, (actual as Record<string, unknown>)[name], `${path}.${name}`);
    if (difference) return difference;
  }
  return null;
}

const kind = (value: unknown): string => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);
