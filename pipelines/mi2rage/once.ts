/** The result of the first call, for every call: a node that several variants share is declared by whoever comes first. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
