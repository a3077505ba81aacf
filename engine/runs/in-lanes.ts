/** Does something with each, eight at once, and gives the results in order: a store far away answers slowly, but many at once. When one
 *  fails no more are begun, and the error is thrown once none is under way any more. */
export async function inLanes<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(all.length);
  const failures: unknown[] = [];
  const rest = all.entries();
  const lane = async (): Promise<void> => {
    for (const [index, one] of rest) {
      if (failures.length) return;
      try {
        results[index] = await work(one);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  if (failures.length) throw failures[0];
  return results;
}
