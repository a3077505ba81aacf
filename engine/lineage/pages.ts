/** Cuts a list into pages small enough for one statement's parameters. */
export function* pagesOf<T>(list: readonly T[], size = 20_000): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}
